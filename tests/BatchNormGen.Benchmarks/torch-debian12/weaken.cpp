// weaken FILE VERSION: marks every need of a symbol version in the shared library FILE as weak (Linux Standard Base, "Symbol
// versioning"), so that the dynamic linker takes a libstdc++ that lacks the version and looks for the symbols wherever they are.
#include <cstring>
#include <elf.h>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

int main(int argc, char** argv)
{
    if (argc != 3)
    {
        std::cerr << "usage: weaken FILE VERSION\n";
        return 2;
    }
    std::ifstream in(argv[1], std::ios::binary);
    std::vector<char> file((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (file.size() < sizeof(Elf64_Ehdr) || std::memcmp(file.data(), ELFMAG, SELFMAG) != 0 || file[EI_CLASS] != ELFCLASS64)
    {
        std::cerr << argv[1] << " is not a 64-bit shared library\n";
        return 1;
    }

    auto header = reinterpret_cast<Elf64_Ehdr*>(file.data());
    auto sections = reinterpret_cast<Elf64_Shdr*>(file.data() + header->e_shoff);
    int weakened = 0;
    for (int i = 0; i < header->e_shnum; i++)
    {
        if (sections[i].sh_type != SHT_GNU_verneed)
        {
            continue;
        }
        const char* names = file.data() + sections[sections[i].sh_link].sh_offset;
        char* library = file.data() + sections[i].sh_offset;
        for (unsigned l = 0; l < sections[i].sh_info; l++)
        {
            auto need = reinterpret_cast<Elf64_Verneed*>(library);
            char* entry = library + need->vn_aux;
            for (int v = 0; v < need->vn_cnt; v++)
            {
                auto version = reinterpret_cast<Elf64_Vernaux*>(entry);
                if (std::strcmp(names + version->vna_name, argv[2]) == 0)
                {
                    version->vna_flags |= VER_FLG_WEAK;
                    weakened++;
                }
                entry += version->vna_next;
            }
            library += need->vn_next;
        }
    }
    std::ofstream(argv[1], std::ios::binary).write(file.data(), static_cast<std::streamsize>(file.size()));
    return weakened > 0 ? 0 : 1;
}
