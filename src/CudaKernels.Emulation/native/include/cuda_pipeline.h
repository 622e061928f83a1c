// The primitives alone are provided.
#pragma once
#include "cuda_pipeline_primitives.h"
