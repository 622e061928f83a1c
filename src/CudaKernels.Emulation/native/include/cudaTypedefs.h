// Pointers to the driver's functions are the host's.
#pragma once
#include <cuda.h>
