#include <descent/autodiff/functions/attention.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/located.hpp>
#include <descent/autodiff/functions/shape.hpp>

namespace descent::inline v1 {
namespace {

void require_base(const char* who, double base, std::source_location where) {
  if (!(base > 0) || !std::isfinite(base))
    throw ValueError(std::string(who) + ": the base is " + std::to_string(base) + "; it must be finite and above 0", where);
}

void require_sizes(const char* who, std::initializer_list<Index> sizes, std::source_location where) {
  for (const Index size : sizes)
    if (size < 0) throw ShapeError(std::string(who) + ": a size is " + std::to_string(size) + "; it must be 0 or more", where);
}

/// offset, offset + 1, ... in f64.
Tensor positions_from(Index offset, Index count) {
  return arange(static_cast<double>(offset), static_cast<double>(offset + count), 1, f64);
}

/// position * base^(-2i / width), i = 0, 1, ... below width / 2 rounded up, in f64.   shape positions: [...] -> [..., pairs]
Tensor angles(const Tensor& positions, double base, Index width) {
  std::vector<double> frequency(static_cast<std::size_t>((width + 1) / 2));
  for (std::size_t i = 0; i < frequency.size(); ++i)
    frequency[i] = std::pow(base, -2 * static_cast<double>(i) / static_cast<double>(width));
  return expand_dims(positions, -1) * from_vector(frequency);
}

/// Pairs on a last axis of two, as features 2i and 2i + 1.   shape [..., n], [..., n] -> [..., 2n]
Tensor interleaved(const Tensor& even, const Tensor& odd) {
  return reshape(stack({even, odd}, -1), even.shape().with(even.rank() - 1, 2 * even.size(-1)));
}

/// -1 / 2^(8 h / n) for h = 1, ..., n.
std::vector<double> alibi_slopes(Index n) {
  std::vector<double> slopes;
  for (Index h = 1; h <= n; ++h) slopes.push_back(-std::exp2(-8 * static_cast<double>(h) / static_cast<double>(n)));
  return slopes;
}

void require_attended(const Given& q, const Tensor& k, const Tensor& v) {
  if (q.x.rank() >= 2 && k.rank() >= 2 && v.rank() >= 2 && q.x.size(-1) == k.size(-1) && k.size(-2) == v.size(-2)) return;
  throw ShapeError("attention: q is " + to_string(q.x.shape()) + ", k is " + to_string(k.shape()) + ", v is " + to_string(v.shape()) +
                       "; they must be [..., queries, width], [..., keys, width] and [..., keys, out]",
                   q.where);
}

}  // namespace

Tensor attention(Arg q, Arg k, Arg v, const AttentionOptions& options) {
  const Given query(std::move(q)), key(std::move(k)), value(std::move(v));
  require_attended(query, key.x, value.x);
  const double scale = options.scale.value_or(1 / std::sqrt(static_cast<double>(std::max<Index>(query.x.size(-1), 1))));
  if (!std::isfinite(scale)) throw ValueError("attention: the scale is " + std::to_string(scale) + "; it must be finite", query.where);
  Tensor scores = located(query.where, [&] { return matmul(scale * query.x, key.x, {.transpose_b = true}); });  // [..., queries, keys]
  Tensor seen = options.mask;
  if (seen.present()) {
    if (is_integer(seen.dtype()))
      throw DtypeError("attention: the mask is " + std::string(name_of(seen.dtype())) +
                           "; it must be bool (true: seen) or floating (added to the scores)",
                       query.where);
    if (!broadcasts(seen.shape(), scores.shape()) || broadcast("attention", seen.shape(), scores.shape()) != scores.shape())
      throw ShapeError(
          "attention: the mask is " + to_string(seen.shape()) + "; it must broadcast to the scores, " + to_string(scores.shape()),
          query.where);
    if (is_floating(seen.dtype())) {
      scores = scores + cast(seen, scores.dtype());
      seen = {};
    }
  }
  if (options.causal) {
    const Tensor past = expand_dims(positions_from(options.offset, scores.size(-2)), -1) >= positions_from(0, scores.size(-1));
    seen = seen.present() ? logical_and(seen, past) : past;
  }
  if (seen.present()) scores = where(seen, std::move(scores), -HUGE_VAL);
  return located(query.where, [&] { return matmul(softmax(std::move(scores), -1), value.x); });
}

Tensor rope(Arg x, const RopeOptions& options) {
  const Given given(std::move(x));
  require_base("rope", options.base, given.where);
  const Shape shape = given.x.shape();
  if (shape.rank() < 2 || shape.back() % 2 != 0)
    throw ShapeError("rope: x is " + to_string(shape) + "; it must be [..., n, width] with an even width", given.where);
  const Shape rows = shape.without(shape.rank() - 1);
  const Tensor& at = options.positions;
  if (at.present() && (!broadcasts(at.shape(), rows) || broadcast("rope", at.shape(), rows) != rows))
    throw ShapeError(
        "rope: the positions are " + to_string(at.shape()) + " for x " + to_string(shape) + "; they must broadcast to " + to_string(rows),
        given.where);
  const Tensor features = cast(given.x, promote(f32, given.x.dtype()));
  const Tensor angle = angles(at.present() ? cast(at, f64) : positions_from(options.offset, shape.back(1)), options.base, shape.back());
  const Tensor c = cast(cos(angle), features.dtype()), s = cast(sin(angle), features.dtype());
  const bool halves = options.pairs == RopePairs::halves;
  std::vector<AxisSlice> first(static_cast<std::size_t>(shape.rank()), AxisSlice(Slice{})), second = first;
  const Index half = shape.back() / 2;
  first.back() = halves ? Slice{0, half} : Slice{.step = 2};
  second.back() = halves ? Slice{half} : Slice{.start = 1, .step = 2};
  const Tensor a = slice(features, first), b = slice(features, second);
  const Tensor turned_a = a * c - b * s, turned_b = a * s + b * c;
  return halves ? concat({turned_a, turned_b}, -1) : interleaved(turned_a, turned_b);
}

Tensor sinusoidal(Index n, Index width, SinusoidalOptions options, std::source_location where) {
  require_base("sinusoidal", options.base, where);
  require_sizes("sinusoidal", {n, width}, where);
  const Tensor angle = angles(positions_from(options.offset, n), options.base, width);
  const Tensor pairs = interleaved(sin(angle), cos(angle));
  return cast({slice(pairs, {Slice{}, Slice{0, width}}), where}, options.dtype);
}

Tensor alibi(Index heads, Index queries, Index keys, AlibiOptions options, std::source_location where) {
  if (heads < 1) throw ValueError("alibi: " + std::to_string(heads) + " heads; there must be at least 1", where);
  require_sizes("alibi", {queries, keys}, where);
  Index power = 1;
  while (2 * power <= heads) power *= 2;
  std::vector<double> slopes = alibi_slopes(power);
  const std::vector<double> more = alibi_slopes(2 * power);
  for (std::size_t i = 0; slopes.size() < static_cast<std::size_t>(heads); i += 2) slopes.push_back(more[i]);
  const Tensor distance = abs(positions_from(0, keys) - expand_dims(positions_from(options.offset, queries), -1));  // [queries, keys]
  return cast({reshape(from_vector(slopes), {-1, 1, 1}) * distance, where}, options.dtype);
}

}  // namespace descent::inline v1
