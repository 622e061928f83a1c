// Cooperative groups for users' kernels on the software device.
#pragma once
#include "cooperative_groups/block_groups.h"
#include "cooperative_groups/warp_groups.h"
#include "cooperative_groups/partitions.h"
#include "cooperative_groups/block_tiles.h"
#include "cooperative_groups/cluster_groups.h"
