#pragma once

#include <descent/autodiff/tape/kinds/general.hpp>
#include <descent/autodiff/tape/kinds/linear.hpp>
#include <descent/autodiff/tape/kinds/pointwise.hpp>
