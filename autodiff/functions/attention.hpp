#pragma once

#include <cstdint>
#include <optional>
#include <source_location>

#include <descent/autodiff/ops/ops.hpp>

// Attention and what tells it where in a sequence it is. Positions run along the second-last axis.

namespace descent::inline v1 {

struct AttentionOptions {
  Tensor mask{};                  ///< bool: which keys a query sees; floating: added to the scores. Broadcasts to [..., queries, keys]
  bool causal = false;            ///< query i sees the keys up to i + offset
  Index offset = 0;               ///< of the first query: how many keys came before it
  std::optional<double> scale{};  ///< of the scores; 1 / sqrt(width) when left out
};
/// softmax(scale q k^T) v: for each query the mean of the values, weighted by how well their keys match it.
///
/// shape   q: [..., queries, width]   k: [..., keys, width]   v: [..., keys, out]   ->   [..., queries, out]; leading axes broadcast, so
///         heads are one of them, and heads that share keys are two: q [groups, each, n, width], k and v [groups, 1, n, width]
/// dtype   promoted, floating   grad of any order, in the floating mask too
/// edge    a query that sees no key gets 0, with slope 0; an infinity or NaN in a value reaches all queries, seen or not
/// throws  ShapeError: widths or counts of keys differ, the mask does not broadcast; DtypeError: a mask of integers; ValueError: scale
/// source  Vaswani et al. 2017, "Attention is all you need"
Tensor attention(Arg q, Arg k, Arg v, const AttentionOptions& options = {});

/// Which features turn together: 2i and 2i + 1, as in the paper, or i and i + width / 2.
enum class RopePairs : std::uint8_t { interleaved, halves };
struct RopeOptions {
  RopePairs pairs = RopePairs::interleaved;
  double base = 10000;
  Index offset = 0;    ///< the position of the first row
  Tensor positions{};  ///< of each row, [..., n]; offset, offset + 1, ... when absent
};
/// Rotary positions: pair i turned by position * base^(-2i / width), so that a product of two depends on the distance only.
///
/// shape   [..., n, width] -> the same   dtype x's if floating, else f32   grad in x
/// throws  ShapeError: an odd width, fewer than two axes, positions that do not broadcast to [..., n]; ValueError: base not above 0
/// source  Su et al. 2021, "RoFormer: enhanced transformer with rotary position embedding"
Tensor rope(Arg x, const RopeOptions& options = {});

struct SinusoidalOptions {
  double base = 10000;
  Index offset = 0;  ///< the first position
  Dtype dtype = f32;
};
/// Positions to be added to features: sin(p base^(-2i / width)) in feature 2i and the cosine of the same in 2i + 1.
/// shape  [n, width]   throws ValueError: base not above 0; ShapeError: a negative size
/// source Vaswani et al. 2017, "Attention is all you need"
Tensor sinusoidal(Index n, Index width, SinusoidalOptions options = {}, std::source_location where = std::source_location::current());

struct AlibiOptions {
  Index offset = 0;  ///< of the first query, as in attention
  Dtype dtype = f32;
};
/// A mask for attention that falls with the distance: -2^(-8 h / heads) |key - query| for h = 1, 2, ...; where `heads` is no power of two,
/// the slopes of the next lower one and then every second of the next higher.
///
/// shape   [heads, queries, keys]   throws ValueError: no head; ShapeError: a negative size
/// source  Press, Smith and Lewis 2022, "Train short, test long: attention with linear biases enables input length extrapolation"
Tensor alibi(Index heads, Index queries, Index keys, AlibiOptions options = {},
             std::source_location where = std::source_location::current());

}  // namespace descent::inline v1
