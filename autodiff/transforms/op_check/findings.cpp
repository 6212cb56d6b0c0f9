#include <descent/autodiff/transforms/op_check/findings.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

namespace descent::inline v1::op_check {
namespace {

bool agree(double got, double wanted, double tolerance) {
  if (std::isnan(wanted)) return std::isnan(got);
  if (std::isinf(wanted)) return got == wanted;
  return std::abs(got - wanted) <= tolerance;  // false for a NaN
}

/// The elements that stand for a tensor of the same dtype bit for bit.
std::vector<std::uint64_t> bits_of(const Tensor& x) {
  return visit_dtype(x.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::vector<std::uint64_t> bits;
    for (const T element : x.data<T>()) {
      std::uint64_t word = 0;
      if constexpr (std::is_floating_point_v<T>) {
        if (std::isnan(element)) {
          bits.push_back(~std::uint64_t{0});
          continue;
        }
      }
      std::memcpy(&word, &element, sizeof(T));
      bits.push_back(word);
    }
    return bits;
  });
}

}  // namespace

void Findings::fail(const std::string& sentence) { report_.failures.push_back(report_.op + ", " + trial_ + ": " + sentence); }

void Findings::compare(const std::string& what, const std::string& difference) {
  ++report_.checks;
  if (!difference.empty()) fail(what + ": " + difference);
}

std::string different_kind(const Abstract& got, const Abstract& wanted) {
  return got == wanted ? "" : "it is " + to_string(got) + ", wanted " + to_string(wanted);
}

std::string different_values(const Tensor& got, const Tensor& wanted, double tolerance) {
  if (got.shape() != wanted.shape()) return "its shape is " + to_string(got.shape()) + ", wanted " + to_string(wanted.shape());
  const std::vector<double> left = got.to_vector<double>();
  const std::vector<double> right = wanted.to_vector<double>();
  double scale = 1;
  for (const double x : right)
    if (std::isfinite(x)) scale = std::max(scale, std::abs(x));
  for (std::size_t i = 0; i < left.size(); ++i)
    if (!agree(left[i], right[i], tolerance * scale))
      return fmt::format("element {} is {:.17g}, wanted {:.17g} to {:.1e}", i, left[i], right[i], tolerance * scale);
  return "";
}

std::string different_bits(const Tensor& got, const Tensor& wanted) {
  if (std::string kind = different_kind(abstract_of(got), abstract_of(wanted)); !kind.empty()) return kind;
  if (std::memcmp(got.node()->data, wanted.node()->data, static_cast<std::size_t>(got.numel() * size_of(got.dtype()))) == 0) return "";
  const std::vector<std::uint64_t> left = bits_of(got);
  const std::vector<std::uint64_t> right = bits_of(wanted);
  const auto [at, other] = std::mismatch(left.begin(), left.end(), right.begin());
  if (at == left.end()) return "";
  const auto i = static_cast<std::size_t>(at - left.begin());
  return fmt::format("element {} is {:.17g}, wanted the bits of {:.17g}", i, got.to_vector<double>()[i], wanted.to_vector<double>()[i]);
}

bool all_finite(const Tensor& x) {
  const std::vector<double> values = x.to_vector<double>();
  return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

bool all_zero(const Tensor& x) {
  const std::vector<double> values = x.to_vector<double>();
  return std::all_of(values.begin(), values.end(), [](double v) { return v == 0; });
}

}  // namespace descent::inline v1::op_check
