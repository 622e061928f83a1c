// dx = (g - mean(g) - x^ * mean(g * x^)) * scale with g = dy * gamma along each row, dgamma = sum of dy * x^ and dbeta = sum of dy over
// the rows: the gradients of layer_norm, where x^ = (x - mean(x)) * scale and scale = 1 / sqrt(variance(x) + epsilon).
//
// Where a block's threads hold a row, x and dy are read once; else once for dx and once more for the column sums, and rows that their
// threads cannot hold in every pass, from the cache (common/row_norm_gradient.cuh).
#include "common/row_norm_gradient.cuh"

CK_ROW_NORM_GRADIENT_KERNELS(layer_norm_gradient, true)
