// Reductions of groups stand in the main header.
#pragma once
#include <cooperative_groups.h>
