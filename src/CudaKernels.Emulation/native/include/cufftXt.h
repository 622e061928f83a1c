// The element types of cuFFT.
#pragma once
#include <cufft.h>
