#include <descent/tests/fuzz/compare.hpp>

#include <algorithm>
#include <bit>
#include <cmath>

#include <fmt/format.h>

namespace descent::fuzz {
namespace {

bool agree(double got, double wanted, double tolerance) {
  if (std::isnan(wanted)) return std::isnan(got);
  if (std::isinf(wanted)) return got == wanted;
  return std::abs(got - wanted) <= tolerance;
}

bool same_bits(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

template <class Agree> std::string first_difference(const std::string& what, const Tensors& got, const Tensors& wanted, Agree agrees) {
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    if (abstract_of(got[k]) != abstract_of(wanted[k]))
      return fmt::format("{} {} is {}, wanted {}", what, k, descent::to_string(abstract_of(got[k])),
                         descent::to_string(abstract_of(wanted[k])));
    const std::vector<double> left = got[k].to_vector<double>(), right = wanted[k].to_vector<double>();
    double scale = 1;
    for (const double x : right)
      if (std::isfinite(x)) scale = std::max(scale, std::abs(x));
    for (std::size_t i = 0; i < left.size(); ++i)
      if (!agrees(left[i], right[i], scale))
        return fmt::format("{} {}: element {} is {:.17g}, wanted {:.17g}; largest {:.3g}", what, k, i, left[i], right[i], scale);
  }
  return "";
}

}  // namespace

std::string different_bits(const std::string& what, const Tensors& got, const Tensors& wanted) {
  return first_difference(what, got, wanted, [](double a, double b, double) { return same_bits(a, b); });
}

std::string different_values(const std::string& what, const Tensors& got, const Tensors& wanted, double tolerance) {
  return first_difference(what, got, wanted, [&](double a, double b, double scale) { return agree(a, b, tolerance * scale); });
}

Dot dot(const Tensors& a, const Tensors& b) {
  Dot sum;
  for (std::size_t k = 0; k < a.size(); ++k) {
    const std::vector<double> left = a[k].to_vector<double>(), right = b[k].to_vector<double>();
    for (std::size_t i = 0; i < left.size(); ++i) {
      sum.value += left[i] * right[i];
      sum.magnitude += std::abs(left[i] * right[i]);
    }
  }
  return sum;
}

Tensors directions(const Tensors& like, std::uint64_t stream) {
  Draw draw(stream);
  Tensors result;
  for (const Tensor& x : like) result.push_back(from_span<double>(draw.reals(x.numel(), -1, 1), x.shape(), f64));
  return result;
}

}  // namespace descent::fuzz
