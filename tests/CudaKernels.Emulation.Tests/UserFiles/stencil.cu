// Neighbourhoods with a halo in shared memory: a five-point stencil, a 5 x 5 convolution, and a box filter by running sums.
#include <cuda_runtime.h>

#define TILE 16
#define RADIUS 2
#define FILTER (2 * RADIUS + 1)

static __constant__ float c_filter[FILTER][FILTER] = {
    {1, 4, 6, 4, 1}, {4, 16, 24, 16, 4}, {6, 24, 36, 24, 6}, {4, 16, 24, 16, 4}, {1, 4, 6, 4, 1},
};

// One step of the heat equation; the border stays as it is.
__global__ void heat_step(float* __restrict__ out, const float* __restrict__ in, int nx, int ny, float k) {
  __shared__ float s[TILE + 2][TILE + 2];
  const int x = blockIdx.x * TILE + threadIdx.x, y = blockIdx.y * TILE + threadIdx.y;
  const int sx = threadIdx.x + 1, sy = threadIdx.y + 1;
  const bool inside = x < nx && y < ny;
  if (inside) {
    s[sy][sx] = in[y * nx + x];
    if (threadIdx.x == 0 && x > 0) s[sy][0] = in[y * nx + x - 1];
    if (threadIdx.x == TILE - 1 && x < nx - 1) s[sy][TILE + 1] = in[y * nx + x + 1];
    if (threadIdx.y == 0 && y > 0) s[0][sx] = in[(y - 1) * nx + x];
    if (threadIdx.y == TILE - 1 && y < ny - 1) s[TILE + 1][sx] = in[(y + 1) * nx + x];
  }
  __syncthreads();
  if (!inside) return;
  float value = s[sy][sx];
  if (x > 0 && x < nx - 1 && y > 0 && y < ny - 1) value += k * (s[sy][sx - 1] + s[sy][sx + 1] + s[sy - 1][sx] + s[sy + 1][sx] - 4.0f * value);
  out[y * nx + x] = value;
}

// Zero beyond the border.
__global__ void convolution_2d(float* out, const float* in, int width, int height) {
  __shared__ float tile[TILE + 2 * RADIUS][TILE + 2 * RADIUS];
  const int first_x = blockIdx.x * TILE - RADIUS, first_y = blockIdx.y * TILE - RADIUS;
  for (int i = threadIdx.y * TILE + threadIdx.x; i < (TILE + 2 * RADIUS) * (TILE + 2 * RADIUS); i += TILE * TILE) {
    const int ty = i / (TILE + 2 * RADIUS), tx = i % (TILE + 2 * RADIUS);
    const int x = first_x + tx, y = first_y + ty;
    tile[ty][tx] = (x >= 0 && x < width && y >= 0 && y < height) ? in[y * width + x] : 0.0f;
  }
  __syncthreads();
  const int x = blockIdx.x * TILE + threadIdx.x, y = blockIdx.y * TILE + threadIdx.y;
  if (x >= width || y >= height) return;
  float sum = 0.0f;
#pragma unroll
  for (int i = 0; i < FILTER; i++)
#pragma unroll
    for (int j = 0; j < FILTER; j++) sum += c_filter[i][j] * tile[threadIdx.y + i][threadIdx.x + j];
  out[y * width + x] = sum / 256.0f;
}

// A thread per row; the ends are repeated.
__global__ void box_filter_rows(float* out, const float* in, int width, int height, int r) {
  const int y = blockIdx.x * blockDim.x + threadIdx.x;
  if (y >= height) return;
  const float* row = in + y * width;
  const float scale = 1.0f / (float)((r << 1) + 1);
  float t = row[0] * r;
  for (int x = 0; x < r; x++) t += row[min(x, width - 1)];
  for (int x = 0; x < width; x++) {
    t += row[min(x + r, width - 1)];
    if (x > 0) t -= row[max(x - r - 1, 0)];
    out[y * width + x] = t * scale;
  }
}

void upload(const float* filter) { cudaMemcpyToSymbol(c_filter, filter, sizeof(c_filter)); }
