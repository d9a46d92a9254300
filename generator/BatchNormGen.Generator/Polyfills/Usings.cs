// In this assembly an index is an index variable of a formula; System.Index serves the compiler alone.
global using Index = BatchNormGen.Generator.Algebra.Index;
