#pragma once

// The menu of compositions: functions made of ops, which have every derivative because their ops do.

#include <descent/autodiff/functions/diagonals.hpp>
#include <descent/autodiff/functions/indexing.hpp>
#include <descent/autodiff/functions/norms.hpp>
#include <descent/autodiff/functions/products.hpp>
#include <descent/autodiff/functions/shape.hpp>
#include <descent/autodiff/functions/statistics.hpp>
