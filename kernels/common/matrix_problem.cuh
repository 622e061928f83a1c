// The sizes of a batched product C = op(A) * op(B) and where its matrices lie. The host fills the same struct (MatrixProblem.cs).
#pragma once
#include "common/numeric.cuh"

struct MatrixProblem {
  i64 m, n, k;
  i64 lda, ldb, ldc;              // the steps between rows in memory
  i64 batch;                      // matrices
  i64 batch_a, batch_b, batch_c;  // the steps between them; 0 where all products share one
};
