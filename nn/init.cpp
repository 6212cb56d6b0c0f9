#include <descent/nn/init.hpp>

#include <cmath>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tensor/create.hpp>

namespace descent::inline v1::nn::init {
namespace {

Initialiser even(double (*bound)(Fan)) {
  return
      [bound](const Shape& shape, Fan fan, Rng& rng, Dtype dtype) { return descent::uniform(shape, rng, -bound(fan), bound(fan), dtype); };
}
Initialiser gaussian(double (*deviation)(Fan)) {
  return [deviation](const Shape& shape, Fan fan, Rng& rng, Dtype dtype) { return descent::normal(shape, rng, 0, deviation(fan), dtype); };
}

double per_in(Fan fan) { return 1 / static_cast<double>(fan.in); }
double per_both(Fan fan) { return 2 / static_cast<double>(fan.in + fan.out); }

}  // namespace

Initialiser zeros() { return constant(0); }
Initialiser constant(double value) {
  return [value](const Shape& shape, Fan, Rng&, Dtype dtype) { return full(shape, value, dtype); };
}
// An even distribution in +-b has variance b^2 / 3.
Initialiser uniform_by_fan_in() {
  return even([](Fan fan) { return std::sqrt(per_in(fan)); });
}
Initialiser xavier_uniform() {
  return even([](Fan fan) { return std::sqrt(3 * per_both(fan)); });
}
Initialiser xavier_normal() {
  return gaussian([](Fan fan) { return std::sqrt(per_both(fan)); });
}
Initialiser he_uniform() {
  return even([](Fan fan) { return std::sqrt(6 * per_in(fan)); });
}
Initialiser he_normal() {
  return gaussian([](Fan fan) { return std::sqrt(2 * per_in(fan)); });
}
Initialiser lecun_uniform() {
  return even([](Fan fan) { return std::sqrt(3 * per_in(fan)); });
}
Initialiser lecun_normal() {
  return gaussian([](Fan fan) { return std::sqrt(per_in(fan)); });
}
Initialiser truncated_normal(double deviation) {
  if (!(deviation > 0) || !std::isfinite(deviation))
    throw ValueError(fmt::format("truncated_normal: the deviation is {}; it must be finite and above 0", deviation));
  return [deviation](const Shape& shape, Fan, Rng& rng, Dtype dtype) {
    return descent::truncated_normal(shape, rng, {.deviation = deviation, .dtype = dtype});
  };
}

}  // namespace descent::inline v1::nn::init
