#pragma once

#include <descent/autodiff/ops/ops.hpp>

namespace descent::inline v1 {

/// (sum |x|^ord)^(1/ord) over some axes, all when none are named. An infinite ord is the greatest |x|, -infinity the least, 0 the
/// count of what is not 0. Large and small numbers neither overflow nor vanish.
///
/// dtype  x's if floating, else f32
/// edge   the slope at 0 is 0; elements that tie in an infinite norm share it
/// throws ValueError: ord is NaN; ShapeError: an infinite norm of no element
Tensor norm(Arg x, double ord = 2, Axes axes = {}, KeepAxes keep = KeepAxes::no);

struct NormalizeOptions {
  double ord = 2;
  Axes axes = -1;
  double eps = 1e-12;  ///< the least norm divided by; more than 0
};
/// x / max(norm(x), eps) over some axes, the last unless named.   edge at 0 the slope is 1 / eps   throws ValueError: eps
Tensor normalize(Arg x, NormalizeOptions options = {});

}  // namespace descent::inline v1
