"""The fast half: the arithmetic of nncore.reference as a fixed list of calls on fixed arrays.

Nothing that is read in class imports it; only nncore.evaluation and nncore.training do. Read in this order:
nncore.forms (what a registry entry may add), `choice`, `layout`, `fortran`, `blas`, `products`, `program`,
`kernel`, `outputs`.

Why it is fast. A batch of 10 through 784-30-10 needs 10 microseconds of sums; plain NumPy takes four times
as long, because each call costs a third of a microsecond, and each new array more. So:

1.  A batch is a *program*, a list of (function, arguments): 13 of them for one hidden layer. All arrays
    and all views are made once; running a batch makes no array and takes no decision.
2.  Products go to BLAS directly. `gemm(alpha, a, b, beta, c)` computes alpha a b + beta c into c, so that
    w <- w - eta/m delta^T v is one call, and constant factors ride in alpha for nothing. BLAS counts by
    columns: every matrix is handed over transposed, which costs nothing either.
3.  Biases are weights. The inputs get a constant column; a hidden layer has one more unit that is always 1.
    A unit that saturates at 1, of sigmoid or tanh, is held there by a huge bias: its derivative is exactly 0
    and it never learns. For other activations the 1, and the 0 of its delta, are written.
4.  The sigmoid is computed as u = tanh(z/2), which cannot overflow: sigma = (u+1)/2, sigma' = (1-u^2)/4.
    The layers keep u+1 = 2 sigma and 1-u^2 = 4 sigma'; the 2 and the 4 ride in alpha, and targets are -1
    and 1. The u of all layers lie side by side, so that 1-u^2 takes two calls for the whole network. All of
    this stands beside the sigmoid and the quadratic loss, in their entries; nothing here knows their names.
5.  Pixels stay bytes: a chunk of 200 samples is gathered, then cast once. Bytes are a quarter of the memory
    to fetch, the chunk stays in the processor's second-level cache, and the 1/255 rides in alpha.
6.  A small batch lies with a sample per column in the hidden layers, and a single sample goes through as a
    vector: so BLAS has least to copy. With its kernels for AVX-512 (nncore.fast.blas) OpenBLAS has special
    code for small products, up to three times as fast as its general code; a larger one is cut into such.

A batch larger than a chunk is summed up in pieces; the update follows the last one.
"""
