#include <descent/tests/fuzz/compare.hpp>

#include <bit>
#include <cmath>

#include <fmt/format.h>

namespace descent::fuzz {
namespace {

bool same_bits(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

template <class Agree> std::string first_difference(const std::string& what, const Tensors& got, const Tensors& wanted, Agree agrees) {
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    if (abstract_of(got[k]) != abstract_of(wanted[k]))
      return fmt::format("{} {} is {}, wanted {}", what, k, descent::to_string(abstract_of(got[k])),
                         descent::to_string(abstract_of(wanted[k])));
    const std::vector<double> left = got[k].to_vector<double>(), right = wanted[k].to_vector<double>();
    const double scale = test::scale_of(right);
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
  return first_difference(what, got, wanted, [&](double a, double b, double scale) { return test::agree(a, b, tolerance * scale); });
}

Tensors directions(const Tensors& like, std::uint64_t stream) {
  Draw draw(stream);
  Tensors result;
  for (const Tensor& x : like) result.push_back(from_span<double>(draw.reals(x.numel(), -1, 1), x.shape(), f64));
  return result;
}

}  // namespace descent::fuzz
