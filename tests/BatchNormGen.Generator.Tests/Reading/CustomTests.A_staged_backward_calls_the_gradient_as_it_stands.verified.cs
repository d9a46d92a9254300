file static class LayerStages
    {
        /// <summary>The stages in their order. All of them are returned, the result last.</summary>
        public static (Tensor<float> cubes, Tensor<float> output) Forward(Tensor<float> x, Tensor<float> w, float s)
        {
            // (1) cubes[n,d] = Cube(w[d]·x[n,d])[n,d]
            Tensor<float> cubes = global::Layers.Cube(x * w);
            // (2) output[n,d] = Scaled(cubes[n,d], w[d], s)[n,d]
            Tensor<float> output = global::Layers.Scaled(cubes, w, s);

            return (cubes, output);
        }

        /// <summary>The stages in reverse: from the gradient of each, the gradients of what it was made from.</summary>
        public static (Tensor<float> dx, Tensor<float> dw, Tensor<float> dv, Tensor<float> dg) Backward(Tensor<float> dout,
            Tensor<float> x, Tensor<float> w, float s, Tensor<float> cubes)
        {
            nint D = dout.Lengths[1];

            // (2) output[n,d] = Scaled(cubes[n,d], w[d], s)[n,d]
            Tensor<float> dw = global::Layers.ScaledGradient(dout, cubes, w, s).Item2;
            Tensor<float> dcubes = global::Layers.ScaledGradient(dout, cubes, w, s).Item1;
            // (1) cubes[n,d] = Cube(w[d]·x[n,d])[n,d]
            Tensor<float> dx = w * global::Layers.CubeGradient(dcubes, w * x);
            dw = dw + (global::Layers.CubeGradient(dcubes, w * x) * x).Sum(axis: 0);
            Tensor<float> dv = Tensor.CreateFromShape<float>([D]);  // no gradient reaches it
            Tensor<float> dg = Tensor.CreateFromShape<float>([D, D]);  // no gradient reaches it

            return (dx, dw, dv, dg);
        }
    }
}

namespace BatchNormGen.Generated
{
    using global::System;
    using global::System.Runtime.CompilerServices;
    using global::BatchNormGen.Kernels;

    /// <summary>The sweeps of <c>Layer</c>, over flat row-major spans whose lengths the entry points have checked.</summary>
    [global::System.CodeDom.Compiler.GeneratedCode("BatchNormGen", "0.1.0")]
    file static class LayerKernels
    {
        public static void Forward(ReadOnlySpan<float> x, ReadOnlySpan<float> w, float s, int N, int D, Span<float> output, Span<float> operand, Span<float> cube)
        {
            using var intermediates = new Scratch();
            Span<float> scaled = intermediates.Take<float>(N * D);
            long touched = (long)x.Length + w.Length + output.Length;
            Writing outputWriting = Writings.Of<float>(output, touched: touched, row: D, follows: Writings.Follows<float>(output, scaled));
            {
                int chunks = Chunks.Of(N, D);
                ForwardSweeps1 sweeps = default;
                sweeps.x = x;
                sweeps.w = w;
                sweeps.operand = operand;
                sweeps.D = D;
                sweeps.N = N;
                sweeps.chunks = chunks;
                Workers.Run(ref sweeps, chunks, (long)N * D);
            }
            {
                // cube = Cube(operand)
                var result1 = global::Layers.Cube(global::System.Numerics.Tensors.Tensor.Create(operand.ToArray(), [N, D]));
                CustomResults.Copy<float>(result1, cube, [N, D], "Cube");
            }
            {
                // scaled = Scaled(cube, w, s)
                var result1 = global::Layers.Scaled(global::System.Numerics.Tensors.Tensor.Create(cube.ToArray(), [N, D]), global::System.Numerics.Tensors.Tensor.Create(w.ToArray(), [D]), s);
                CustomResults.Copy<float>(result1, scaled, [N, D], "Scaled");
            }
            {
                int chunks = Chunks.Of(N, D);
                ForwardSweeps2 sweeps = default;
                sweeps.scaled = scaled;
                sweeps.output = output;
                sweeps.outputWriting = outputWriting;
                sweeps.D = D;
                sweeps.N = N;
                sweeps.chunks = chunks;
                Workers.Run(ref sweeps, chunks, (long)N * D, output);
            }
        }

        private ref struct ForwardSweeps1 : ISweep
        {
            public ReadOnlySpan<float> x, w;
            public Span<float> operand;
            public int D, N, chunks;

            public void Run(int chunk)
            {
                var (from, to) = Chunks.Range(N, this.chunks, chunk);
                int together = Math.Min(Chunks.Together(D), to - from);
                for (int block = from; block < to; block += together)
                {
                    int blockEnd = Math.Min(block + together, to);
                    // operand[n,d] = w[d]·x[n,d]
                    int done1 = Lanes512<float>.IsSupported ? Sweep1<Lanes512<float>>(0, block, blockEnd) : 0;
                    if (done1 < D) done1 = Sweep1<Lanes256<float>>(done1, block, blockEnd);
                    if (done1 < D) done1 = Sweep1<Lanes128<float>>(done1, block, blockEnd);
                    if (done1 < D) Sweep1<Lane<float>>(done1, block, blockEnd);
                }
            }

            /// <summary>operand[n,d] = w[d]·x[n,d]</summary>
            [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
            private int Sweep1<V>(int start, int from, int to) where V : struct, ILanes<V, float>
            {
                int D = this.D;
                int end = V.IsSupported ? D - (D - start) % V.Count : start;
                if (start == end) return end;
                ReadOnlySpan<float> xs = this.x;
                ReadOnlySpan<float> ws = this.w;
                Span<float> operands = this.operand;
                for (int n = from; n < to; n++)
                {
                    ReadOnlySpan<float> xRow = xs[(n * D)..];
                    Span<float> operandRow = operands[(n * D)..];
                    for (int d = start; d < end; d += V.Count)
                    {
                        V x = V.Load(xRow, d);
                        V w = V.Load(ws, d);
                        V operand = x * w;
                        operand.Store(operandRow, d);
                    }
                }
                return end;
            }
        }

        private ref struct ForwardSweeps2 : ISweep
        {
            public Span<float> scaled, output;
            public Writing outputWriting;
            public int D, N, chunks;

            public void Run(int chunk)
            {
                var (from, to) = Chunks.Range(N, this.chunks, chunk);
                int together = Math.Min(Chunks.Together(D), to - from);
                for (int block = from; block < to; block += together)
                {
                    int blockEnd = Math.Min(block + together, to);
                    // output[n,d] = scaled[n,d]
                    int done1 = Lanes512<float>.IsSupported ? Sweep1<Lanes512<float>>(0, block, blockEnd) : 0;
                    if (done1 < D) done1 = Sweep1<Lanes256<float>>(done1, block, blockEnd);
                    if (done1 < D) done1 = Sweep1<Lanes128<float>>(done1, block, blockEnd);
                    if (done1 < D) Sweep1<Lane<float>>(done1, block, blockEnd);
                }
            }

            /// <summary>output[n,d] = scaled[n,d]</summary>
            private int Sweep1<V>(int start, int from, int to) where V : struct, ILanes<V, float> => this.outputWriting switch
            {
                Writing.Replace => Sweep1<V, Replacing>(start, from, to),
                Writing.Stream => Sweep1<V, Streaming>(start, from, to),
                _ => Sweep1<V, Deciding>(start, from, to),
            };

            [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
            private int Sweep1<V, TWriter>(int start, int from, int to) where V : struct, ILanes<V, float> where TWriter : struct, IWriter
            {
                int D = this.D;
                int end = V.IsSupported ? D - (D - start) % V.Count : start;
                if (start == end) return end;
                Span<float> scaleds = this.scaled;
                Span<float> outputs = this.output;
                Writing outputWriting = this.outputWriting;
                for (int n = from; n < to; n++)
                {
                    Span<float> scaledRow = scaleds[(n * D)..];
                    Span<float> outputRow = outputs[(n * D)..];
                    for (int d = start; d < end; d += V.Count)
                    {
                        V scaled = V.Load(scaledRow, d);
                        V output = scaled;
                        TWriter.Write(output, outputRow, d, outputWriting);
                    }
                }
                return end;
            }
        }
    }
}
