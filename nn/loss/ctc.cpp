#include <descent/nn/loss/ctc.hpp>

#include <cmath>
#include <vector>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>

namespace descent::inline v1::nn {
namespace {

void require_lengths(const char* what, const Tensor& lengths, Index count, Index most, std::source_location where) {
  if (!is_integer(lengths.dtype()))
    throw DtypeError(fmt::format("ctc: the {} are {}; they must be integers", what, name_of(lengths.dtype())), where);
  if (lengths.shape() != Shape{count})
    throw ShapeError(fmt::format("ctc: the {} are {}; they must be [{}], one for each example", what, to_string(lengths.shape()), count),
                     where);
  if (lengths.abstract()) return;
  const std::vector<Index> list = lengths.to_vector<Index>();
  for (std::size_t i = 0; i < list.size(); ++i)
    if (list[i] < 0 || list[i] > most)
      throw IndexError(fmt::format("ctc: number {} of the {} is {}; it must lie in [0, {}]", i, what, list[i], most), where);
}

void require_labels(const Tensor& targets, const Tensor& lengths, Index classes, Index blank, std::source_location where) {
  if (targets.abstract() || lengths.abstract()) return;
  const std::vector<Index> labels = targets.to_vector<Index>(), length = lengths.to_vector<Index>();
  const auto longest = static_cast<std::size_t>(targets.size(1));
  for (std::size_t i = 0; i < length.size(); ++i)
    for (std::size_t s = 0; s < static_cast<std::size_t>(length[i]); ++s) {
      const Index label = labels[i * longest + s];
      if (label < 0 || label >= classes || label == blank)
        throw IndexError(fmt::format("ctc: target {} of example {} is {}; it must be a class from 0 to {} but the blank, {}", s, i, label,
                                     classes - 1, blank),
                         where);
    }
}

void check(const Tensor& x, const Tensor& targets, const Tensor& times, const Tensor& lengths, Index blank, std::source_location where) {
  if (x.rank() != 3 || targets.rank() != 2 || targets.size(0) != x.size(1))
    throw ShapeError(fmt::format("ctc: the log probabilities are {}, the targets {}; they must be [times, n, classes] and [n, longest]",
                                 to_string(x.shape()), to_string(targets.shape())),
                     where);
  if (!is_integer(targets.dtype()))
    throw DtypeError(fmt::format("ctc: the targets are {}; they must be integers", name_of(targets.dtype())), where);
  if (blank < 0 || blank >= x.size(2))
    throw IndexError(fmt::format("ctc: the blank is {}; it must be a class from 0 to {}", blank, x.size(2) - 1), where);
  require_lengths("times", times, x.size(1), x.size(0), where);
  require_lengths("target lengths", lengths, x.size(1), targets.size(1), where);
  require_labels(targets, lengths, x.size(2), blank, where);
}

/// Columns from `start` on, `count` of them.
Tensor columns(const Tensor& x, Index start, Index count) { return slice(x, {Slice{}, Slice{start, start + count}}); }

/// Each target with blanks around its labels: [n, 2 longest + 1]. Places behind its end hold blanks.
Tensor with_blanks(const Tensor& targets, const Tensor& lengths, Index blank) {
  const Index longest = targets.size(1);
  const Tensor counted = arange(longest) < reshape(lengths, {-1, 1});
  const Tensor labels = expand_dims(where(counted, targets, blank), -1);
  const Tensor pairs = reshape(concat({full(labels.shape(), static_cast<double>(blank), i64), labels}, -1), {targets.size(0), 2 * longest});
  return pad(pairs, {{0, 0}, {0, 1}}, blank);
}

}  // namespace

// alpha[s] at time t is the log probability of having spelled the first s places of the target with blanks. It comes from s, s - 1, and,
// past a blank between two labels that differ, s - 2. Two columns of -infinity in front stand for the places before the first.
Tensor ctc(Arg log_probability, const Tensor& targets, const Tensor& times, const Tensor& target_lengths, CtcOptions options) {
  const std::source_location where = log_probability.where();
  const Tensor given = log_probability.take();
  check(given, targets, times, target_lengths, options.blank, where);
  const Tensor x = cast(given, promote(f32, given.dtype()));
  const Index steps = x.size(0), count = x.size(1), places = 2 * targets.size(1) + 1;
  const Tensor spelled = with_blanks(cast(targets, i64), target_lengths, options.blank);  // [n, places]
  const Tensor emitted = take_along_axis(x, broadcast_to(spelled, Shape{steps, count, places}), -1);
  const Tensor two_before = places > 2 ? pad(spelled, {{0, 0}, {2, -2}}, options.blank) : spelled;
  const Tensor may_leap = logical_and(spelled != options.blank, spelled != two_before);
  const Tensor one = scalar(0, x.dtype());  // its logarithm
  const Tensor leap_cost = descent::where(may_leap, one, -HUGE_VAL);
  const Tensor before = full({count, 2}, -HUGE_VAL, x.dtype());
  // At first all is at place -1, from where places 0 and 1 can be reached.
  Tensor alpha = broadcast_to(descent::where(arange(places + 2) == 1, one, -HUGE_VAL), Shape{count, places + 2});
  for (Index t = 0; t < steps; ++t) {
    const Tensor leap = columns(alpha, 0, places) + leap_cost, step = columns(alpha, 1, places), stay = columns(alpha, 2, places);
    const Tensor next = logaddexp(logaddexp(stay, step), leap) + at(emitted, t);
    alpha = descent::where(reshape(times, {-1, 1}) > t, concat({before, next}, 1), alpha);
  }
  // The target is spelled in its last label's place, or in the blank behind it.
  const Tensor ends = 2 * reshape(cast(target_lengths, i64), {-1, 1}) + tensor({1, 2});
  Tensor losses = -logsumexp(take_along_axis(alpha, ends, 1), 1);
  if (options.zero_infinity) losses = descent::where(isinf(losses), 0, losses);
  if (options.reduction == Reduction::mean) losses = losses / maximum(target_lengths, 1);
  return detail::reduced("ctc", losses, options.reduction, where);
}

}  // namespace descent::inline v1::nn
