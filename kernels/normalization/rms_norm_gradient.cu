// dx = (g - x^ * mean(g * x^)) * scale with g = dy * gamma along each row, and dgamma = sum of dy * x^ over the rows: the gradients of
// rms_norm, where x^ = x * scale and scale = 1 / sqrt(mean of squares + epsilon).
//
// Where a block's threads hold a row, x and dy are read once; else once for dx and once more for the column sums, and rows that their
// threads cannot hold in every pass, from the cache (common/row_norm_gradient.cuh).
#include "common/row_norm_gradient.cuh"

CK_ROW_NORM_GRADIENT_KERNELS(rms_norm_gradient, false)
