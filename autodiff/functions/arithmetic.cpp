#include <descent/autodiff/functions/arithmetic.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/located.hpp>

namespace descent::inline v1 {

Tensor lerp(Arg x, Arg y, Arg t) {
  const Arg way = sub(y, x);
  return where(t < 0.5, x + t * way, y - (1 - t) * way);
}

Tensor fma(Arg x, Arg y, Arg z) { return mul(std::move(x), std::move(y)) + std::move(z); }

// Of what is left after the division, x - fmod(x, y) is a multiple of y, so the quotient is whole but for rounding.
Tensor floor_div(Arg x, Arg y) {
  const Tensor left = stop_gradient(fmod(x, y));
  const Tensor whole = (x - left) / y;
  const Tensor is_above = logical_and(left != 0, (y < 0) != (left < 0));
  return round(where(y == 0, floor(x / y), where(is_above, whole - 1, whole)));
}

Tensor frac(Arg x) { return sub(x, trunc(x)); }

// x less itself is 0 and keeps the slope.
Tensor straight_through(Arg y, Arg x) {
  const Given value(std::move(y));
  const Given slope(std::move(x));
  if (value.x.shape() != slope.x.shape())
    throw ShapeError(
        "straight_through: y is " + to_string(value.x.shape()) + ", x is " + to_string(slope.x.shape()) + "; the shapes must be equal",
        value.where);
  return stop_gradient(value.x) + where(isfinite(slope.x), slope.x - stop_gradient(slope.x), 0);
}

Tensor round_straight_through(Arg x) {
  const Given given(std::move(x));
  return straight_through({round(given.x), given.where}, given.arg());
}

Tensor isclose(Arg x, Arg y, Closeness closeness) {
  const std::source_location place = x.where();
  const Tensor a = stop_gradient(std::move(x)), b = stop_gradient(std::move(y));
  const Tensor near =
      logical_and(isfinite(b), less_equal({abs(sub({a, place}, b)), place}, closeness.absolute + closeness.relative * abs(b)));
  const Tensor same = logical_or(near, a == b);
  return closeness.equal_nan ? logical_or(same, logical_and(isnan(a), isnan(b))) : same;
}

Tensor allclose(Arg x, Arg y, Closeness closeness) { return all(isclose(std::move(x), std::move(y), closeness)); }

}  // namespace descent::inline v1
