// What Compiler/InlinePtx makes of the inline PTX of users' files calls these. Included only where a file has any.
#pragma once
#include "device/inline_ptx/registers.h"

#include "device/inline_ptx/arithmetic.h"
#include "device/inline_ptx/memory.h"

#include "device/inline_ptx/async.h"
#include "device/inline_ptx/warp.h"
