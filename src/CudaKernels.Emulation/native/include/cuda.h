// The device side of the runtime API is part of the built-ins.
#pragma once
