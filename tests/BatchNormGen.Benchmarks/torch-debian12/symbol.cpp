// Supplies std::ios_base_library_init, which gcc 13 put into libstdc++ (version GLIBCXX_3.4.32) and calls wherever <iostream>
// is used: it makes sure that the standard streams exist. Before gcc 13 an ios_base::Init object in each file did the same.
#include <ios>

namespace std
{
    void ios_base_library_init()
    {
        static ios_base::Init streams;
    }
}
