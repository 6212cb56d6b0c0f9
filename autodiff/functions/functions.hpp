#pragma once

// The menu of compositions: functions made of ops, which have every derivative because their ops do.

#include <descent/autodiff/functions/activations.hpp>
#include <descent/autodiff/functions/arithmetic.hpp>
#include <descent/autodiff/functions/associative_scan.hpp>
#include <descent/autodiff/functions/attention.hpp>
#include <descent/autodiff/functions/convolution.hpp>
#include <descent/autodiff/functions/diagonals.hpp>
#include <descent/autodiff/functions/distances.hpp>
#include <descent/autodiff/functions/einsum.hpp>
#include <descent/autodiff/functions/embedding_bag.hpp>
#include <descent/autodiff/functions/grid_sample.hpp>
#include <descent/autodiff/functions/indexing.hpp>
#include <descent/autodiff/functions/interpolation.hpp>
#include <descent/autodiff/functions/linear_algebra.hpp>
#include <descent/autodiff/functions/matrix_products.hpp>
#include <descent/autodiff/functions/normalising.hpp>
#include <descent/autodiff/functions/norms.hpp>
#include <descent/autodiff/functions/order.hpp>
#include <descent/autodiff/functions/patches.hpp>
#include <descent/autodiff/functions/per_axis.hpp>
#include <descent/autodiff/functions/pooling.hpp>
#include <descent/autodiff/functions/products.hpp>
#include <descent/autodiff/functions/random.hpp>
#include <descent/autodiff/functions/rearrange.hpp>
#include <descent/autodiff/functions/recurrent.hpp>
#include <descent/autodiff/functions/scans.hpp>
#include <descent/autodiff/functions/scatter.hpp>
#include <descent/autodiff/functions/select.hpp>
#include <descent/autodiff/functions/shape.hpp>
#include <descent/autodiff/functions/special.hpp>
#include <descent/autodiff/functions/statistics.hpp>
