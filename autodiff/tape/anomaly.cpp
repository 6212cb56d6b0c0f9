#include <descent/autodiff/tape/anomaly.hpp>

#include <cmath>
#include <optional>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/copy.hpp>
#include <descent/autodiff/tape/handles.hpp>
#include <descent/autodiff/tape/op.hpp>
#include <descent/autodiff/tape/open_tapes.hpp>

namespace descent::inline v1 {
namespace {

constexpr std::size_t kNoted = 100;

bool readable(const Tensor& x) { return x.present() && !x.abstract(); }

double element(const Tensor& x, Index offset) {
  double value = 0;
  kernels::convert(x.dtype(), x.node()->data + offset * size_of(x.dtype()), f64, &value, 1);
  return value;
}

struct Found {
  Index offset;
  double value;
};

/// A NaN's sign says nothing.
double unsigned_nan(double x) { return std::isnan(x) ? std::abs(x) : x; }

/// The first element that `wanted` says yes to.
template <class F> std::optional<Found> first(const Tensor& x, F wanted) {
  if (!readable(x) || !is_floating(x.dtype())) return {};
  for (Index i = 0; i < x.numel(); ++i)
    if (const double value = element(x, i); wanted(value)) return Found{i, unsigned_nan(value)};
  return {};
}
bool has(const Tensor& x, bool (*wanted)(double)) { return first(x, wanted).has_value(); }
bool is_nan(double x) { return std::isnan(x); }
bool is_infinite(double x) { return std::isinf(x); }

bool any_has(std::span<const Tensor> xs, bool (*wanted)(double)) {
  for (const Tensor& x : xs)
    if (has(x, wanted)) return true;
  return false;
}

std::vector<Index> position(const Shape& shape, Index offset) {
  std::vector<Index> index(static_cast<std::size_t>(shape.rank()));
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    index[static_cast<std::size_t>(axis)] = offset % shape[axis];
    offset /= shape[axis];
  }
  return index;
}

/// "[2, 0] of f64[3, 4]", or "its only element".
std::string place(const Tensor& x, Index offset) {
  if (x.rank() == 0) return "as " + to_string(abstract_of(x));
  return fmt::format("at [{}] of {}", fmt::join(position(x.shape(), offset), ", "), to_string(abstract_of(x)));
}

/// What x, broadcast to `shape`, has at a position there; nothing where x has another shape, so that no element corresponds.
std::optional<double> beside(const Tensor& x, const Shape& shape, Index offset) {
  if (!readable(x) || x.rank() > shape.rank() || !broadcasts(x.shape(), shape) || broadcast("", x.shape(), shape) != shape) return {};
  const std::vector<Index> index = position(shape, offset);
  Index at = 0;
  for (int axis = 0; axis < x.rank(); ++axis) {
    const auto there = index[static_cast<std::size_t>(axis + shape.rank() - x.rank())];
    at = at * x.size(axis) + (x.size(axis) == 1 ? 0 : there);
  }
  return unsigned_nan(element(x, at));
}

/// "; input 0 is 2, input 1 is f64[3, 4]"
std::string inputs_beside(std::span<const Tensor> in, const Shape& shape, Index offset) {
  std::string text;
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (in[i].absent()) continue;
    text += text.empty() ? "; " : ", ";
    if (const auto value = beside(in[i], shape, offset)) text += fmt::format("input {} there is {}", i, *value);
    else if (const auto bad = first(in[i], [](double x) { return !std::isfinite(x); }))
      text += fmt::format("input {} is {} {}", i, bad->value, place(in[i], bad->offset));
    else text += fmt::format("input {} is {}, all finite", i, to_string(abstract_of(in[i])));
  }
  return text;
}

/// The first NaN, or the first infinity where nothing given explains one.
std::optional<Found> fault(const Tensor& result, std::span<const Tensor> given, std::span<const Tensor> more) {
  if (auto nan = first(result, is_nan)) return nan;
  if (any_has(given, is_infinite) || any_has(more, is_infinite)) return {};
  return first(result, is_infinite);
}

}  // namespace

Anomaly::Anomaly() : outer_(thread_tapes.anomaly) { thread_tapes.anomaly = this; }
Anomaly::~Anomaly() { thread_tapes.anomaly = outer_; }
Anomaly* Anomaly::current() { return thread_tapes.anomaly; }

Anomaly::InRule::InRule(const Op& op, std::source_location where) {
  if (thread_tapes.anomaly != nullptr) outer_ = std::exchange(thread_tapes.anomaly->rule_, Rule{&op, where});
}
Anomaly::InRule::~InRule() {
  if (thread_tapes.anomaly != nullptr) thread_tapes.anomaly->rule_ = outer_;
}

void Anomaly::inspect(const Op& op, std::span<const Tensor> in, std::span<const Tensor> out, std::source_location where) {
  if (rule_.op != nullptr) {
    if (&op == &absorb_op) note_absorbed(in[0], in[1]);
    return;
  }
  for (const Tensor& y : out) {
    const auto found = fault(y, in, {});
    if (!found) continue;
    const bool passed_on = std::isnan(found->value) && any_has(in, is_nan);
    const std::string did = passed_on ? "was given nan and gives it on" : fmt::format("gave {}", found->value);
    throw AnomalyError(fmt::format("{}: {} {}{}", op.name, did, place(y, found->offset), inputs_beside(in, y.shape(), found->offset)),
                       where);
  }
}

void Anomaly::inspect_rule(const Call& call, std::span<const Tensor> given, std::span<const Tensor> result, const char* what,
                           std::source_location where) {
  for (std::size_t i = 0; i < result.size(); ++i) {
    const auto found = fault(result[i], given, call.in);
    if (!found) continue;
    std::string text =
        fmt::format("{}: its derivative gave {} {} as the {} {}", call.op.name, found->value, place(result[i], found->offset), what, i);
    if (given.size() == 1)
      if (const auto ct = beside(given[0], result[i].shape(), found->offset)) text += fmt::format("; it was given {} there", *ct);
    throw AnomalyError(text + inputs_beside(call.in, result[i].shape(), found->offset), where);
  }
}

void Anomaly::note_absorbed(const Tensor& ct, const Tensor& slope) {
  if (!readable(ct) || !readable(slope) || absorbed_.size() == kNoted || !broadcasts(ct.shape(), slope.shape())) return;
  const Shape shape = broadcast("absorb", ct.shape(), slope.shape());
  Absorbed met{std::string(rule_.op->name), rule_.where, {}, 0, 0};
  for (Index i = 0; i < shape.numel(); ++i) {
    const double k = *beside(slope, shape, i);
    if (std::isfinite(k) || *beside(ct, shape, i) != 0) continue;
    if (met.elements++ == 0) {
      met.index = position(shape, i);
      met.slope = k;
    }
  }
  if (met.elements > 0) absorbed_.push_back(std::move(met));
}

}  // namespace descent::inline v1
