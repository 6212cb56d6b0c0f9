#pragma once

#include <initializer_list>
#include <optional>
#include <source_location>
#include <span>
#include <vector>

#include <descent/autodiff/ops/convolution.hpp>
#include <descent/autodiff/ops/linalg.hpp>
#include <descent/autodiff/ops/scan.hpp>
#include <descent/autodiff/ops/slice.hpp>
#include <descent/autodiff/ops/sort.hpp>
#include <descent/autodiff/ops/special.hpp>
#include <descent/autodiff/ops/standardise.hpp>
#include <descent/autodiff/tape/handles.hpp>
#include <descent/autodiff/tensor/arg.hpp>
#include <descent/autodiff/tensor/create.hpp>
#include <descent/autodiff/tensor/rng.hpp>

// The menu: every primitive, with its contract. Unless said otherwise an op takes f32 and f64 (integers and bool become f32),
// broadcasts its inputs as NumPy does, and has vjp and jvp of any order. Families have headers of their own: convolution.hpp, linalg.hpp,
// scan.hpp, sort.hpp, special.hpp, standardise.hpp. Compositions of ops are in functions/.

namespace descent::inline v1 {

struct Op;

// ---------------------------------------------------------------- arithmetic (also on integers; bool becomes i32)

extern const Op add_op, sub_op, mul_op, div_op, neg_op, absorb_op;

/// x + y, x - y, x * y, -x.   dtype promoted
Tensor add(Arg x, Arg y);
Tensor sub(Arg x, Arg y);
Tensor mul(Arg x, Arg y);
Tensor neg(Arg x);
/// x / y.   dtype promoted, floating: integers are divided as f32.   edge x / 0 is an infinity or NaN, and so is its slope
Tensor div(Arg x, Arg y);
inline Tensor operator+(Arg x, Arg y) { return add(std::move(x), std::move(y)); }
inline Tensor operator-(Arg x, Arg y) { return sub(std::move(x), std::move(y)); }
inline Tensor operator*(Arg x, Arg y) { return mul(std::move(x), std::move(y)); }
inline Tensor operator/(Arg x, Arg y) { return div(std::move(x), std::move(y)); }
inline Tensor operator-(Arg x) { return neg(std::move(x)); }

extern const Op abs_op, sign_op, square_op, reciprocal_op, copysign_op, fmod_op, remainder_op;

/// |x|.   edge the slope at 0 is 0
Tensor abs(Arg x);
/// -1, 0 or 1; NaN stays.   slope 0 everywhere
Tensor sign(Arg x);
/// x^2
Tensor square(Arg x);
/// 1 / x.   dtype floating   edge at 0 an infinity, slope -infinity
Tensor reciprocal(Arg x);
/// |x| with the sign of y; that of -0 counts.   dtype floating   edge slope 0 at x = 0, and in y
Tensor copysign(Arg x, Arg y);
/// x - q y with q = x / y cut towards 0: the sign is x's.   dtype floating   grad 1 and -q
Tensor fmod(Arg x, Arg y);
/// x - q y with q = x / y rounded down: the sign is y's, as in Python.   dtype floating   grad 1 and -q
Tensor remainder(Arg x, Arg y);

/// ct * slope where 0 times anything, infinities and NaN included, is 0; so are its own derivatives (the product rule, absorbing).
/// Every pointwise vjp and jvp is made of it, so that no NaN leaks from a branch that was not taken.
Tensor absorb(Arg ct, Arg slope);

// ---------------------------------------------------------------- comparisons and choice

extern const Op less_op, less_equal_op, equal_op, not_equal_op, where_op;
extern const Op logical_and_op, logical_or_op, logical_xor_op, logical_not_op, isnan_op, isinf_op, isfinite_op;
extern const Op maximum_op, minimum_op, clamp_op;

/// x < y and so on, to bool; false where either is NaN, except != .   any dtype, promoted   no derivative
Tensor less(Arg x, Arg y);
Tensor less_equal(Arg x, Arg y);
Tensor equal(Arg x, Arg y);
Tensor not_equal(Arg x, Arg y);
inline Tensor greater(Arg x, Arg y) { return less(std::move(y), std::move(x)); }
inline Tensor greater_equal(Arg x, Arg y) { return less_equal(std::move(y), std::move(x)); }
inline Tensor operator<(Arg x, Arg y) { return less(std::move(x), std::move(y)); }
inline Tensor operator>(Arg x, Arg y) { return greater(std::move(x), std::move(y)); }
inline Tensor operator<=(Arg x, Arg y) { return less_equal(std::move(x), std::move(y)); }
inline Tensor operator>=(Arg x, Arg y) { return greater_equal(std::move(x), std::move(y)); }
inline Tensor operator==(Arg x, Arg y) { return equal(std::move(x), std::move(y)); }  ///< of elements: a tensor, not a bool
inline Tensor operator!=(Arg x, Arg y) { return not_equal(std::move(x), std::move(y)); }

/// Truth of both, of either, of exactly one, of not x; a number is true when it is not 0. To bool.   no derivative
/// The operators & | ^ ! are these on tensors of any dtype; && and || are not overloaded, as they could not skip their right side.
Tensor logical_and(Arg x, Arg y);
Tensor logical_or(Arg x, Arg y);
Tensor logical_xor(Arg x, Arg y);
Tensor logical_not(Arg x);
inline Tensor operator&(Arg x, Arg y) { return logical_and(std::move(x), std::move(y)); }
inline Tensor operator|(Arg x, Arg y) { return logical_or(std::move(x), std::move(y)); }
inline Tensor operator^(Arg x, Arg y) { return logical_xor(std::move(x), std::move(y)); }
inline Tensor operator!(Arg x) { return logical_not(std::move(x)); }

/// To bool.   no derivative
Tensor isnan(Arg x);
Tensor isinf(Arg x);
Tensor isfinite(Arg x);

/// The larger, the smaller of two; NaN where either is NaN.   any dtype, promoted
/// edge a tie shares the cotangent evenly, so maximum(x, 0) has slope 0.5 at 0 where relu has 0
Tensor maximum(Arg x, Arg y);
Tensor minimum(Arg x, Arg y);

/// minimum(maximum(x, lo), hi); a bound may be infinite.   dtype promoted, integers too
/// edge   between two numbers the slope is 1 strictly inside, 0 at the bounds and outside; tensors as bounds have gradients, and share ties
/// throws ValueError: a bound is the number NaN
Tensor clamp(Arg x, Arg lo, Arg hi);

/// x where mask, else y. The side not chosen gets the cotangent 0, whatever its slope.   mask: bool (or x != 0)
Tensor where(Arg mask, Arg x, Arg y);

// ---------------------------------------------------------------- powers, exponentials, hyperbolic

extern const Op exp_op, exp2_op, expm1_op, log_op, log2_op, log10_op, log1p_op, logaddexp_op, xlogy_op;
extern const Op sqrt_op, rsqrt_op, cbrt_op, pow_op, pow_number_op, hypot_op, erf_op, erfc_op;
extern const Op sinh_op, cosh_op, tanh_op, asinh_op, acosh_op, atanh_op;

/// e^x, 2^x, e^x - 1 (exact near 0)
Tensor exp(Arg x);
Tensor exp2(Arg x);
Tensor expm1(Arg x);
/// The logarithm: natural, to base 2, to base 10, of 1 + x (exact near 0).   edge at 0 -infinity, slope infinity; NaN below
Tensor log(Arg x);
Tensor log2(Arg x);
Tensor log10(Arg x);
Tensor log1p(Arg x);
/// log(e^x + e^y) without overflow.   edge two equal infinities: theirs, slopes 0
Tensor logaddexp(Arg x, Arg y);
/// x log(y), and 0 where x is 0.   edge at x = 0 the slope in y is 0; at y = 0 the slope in x is -infinity
Tensor xlogy(Arg x, Arg y);

/// Roots.   edge at 0 the slopes are infinite (absorbed by a zero cotangent); sqrt and rsqrt are NaN below
Tensor sqrt(Arg x);
Tensor rsqrt(Arg x);  ///< 1 / sqrt(x)
Tensor cbrt(Arg x);
/// x^y.   dtype promoted, floating: integers are raised as f32
/// edge 0^0 is 1 with slopes 0; in y the slope is 0 at x = 0 (y >= 0) and NaN below; in x it is y x^(y-1), a negative x included
Tensor pow(Arg x, Arg y);
/// x^c for a constant c, which pow(x, 3.0) is; cubes and fourth powers are products.   edge as pow in x
Tensor pow_number(Arg x, double exponent);
/// sqrt(x^2 + y^2), without overflow.   edge the slopes at (0, 0) are 0
Tensor hypot(Arg x, Arg y);
/// The error function; erfc(x) = 1 - erf(x) with all digits of its tail
Tensor erf(Arg x);
Tensor erfc(Arg x);

/// The hyperbolic functions and their inverses. tanh takes its slope from the output.
Tensor sinh(Arg x);
Tensor cosh(Arg x);
Tensor tanh(Arg x);
Tensor asinh(Arg x);
Tensor acosh(Arg x);  ///< NaN below 1, slope infinite at 1
Tensor atanh(Arg x);  ///< NaN outside [-1, 1], infinite at the ends

// ---------------------------------------------------------------- trigonometric

extern const Op sin_op, cos_op, tan_op, asin_op, acos_op, atan_op, atan2_op;

/// Of x in radians, and back.
Tensor sin(Arg x);
Tensor cos(Arg x);
Tensor tan(Arg x);
Tensor asin(Arg x);  ///< NaN outside [-1, 1], slope infinite at the ends; so acos
Tensor acos(Arg x);
Tensor atan(Arg x);
/// The angle of the point (x, y), in [-pi, pi].   edge the slopes at (0, 0) are 0; no under- or overflow elsewhere
Tensor atan2(Arg y, Arg x);

// ---------------------------------------------------------------- rounding

extern const Op floor_op, ceil_op, round_op, trunc_op;

/// The whole number below, above, nearest to x, or towards 0. Exact; NaN stays NaN.   slope 0 everywhere
Tensor floor(Arg x);
Tensor ceil(Arg x);
Tensor round(Arg x);  ///< halves go to the even neighbour
Tensor trunc(Arg x);

// ---------------------------------------------------------------- activations (more, made of these, are in functions/activations.hpp)

extern const Op sigmoid_op, log_sigmoid_op, softplus_op, relu_op, leaky_relu_op, elu_op, gelu_op, gelu_tanh_op, silu_op, log_cosh_op,
    sigmoid_cross_entropy_op;

/// 1 / (1 + e^-x), and its logarithm; no overflow
Tensor sigmoid(Arg x);
Tensor log_sigmoid(Arg x);
/// log(1 + e^(beta x)) / beta, without overflow.   throws ValueError: beta is 0 or not finite
Tensor softplus(Arg x, double beta = 1);
/// log(cosh(x)), without overflow: like x^2 / 2 near 0, like |x| far out; a smooth cost of an error
Tensor log_cosh(Arg x);
/// -t log(s) - (1 - t) log(1 - s), where s = sigmoid(logit) and t is the probability of a yes: the cost of a binary classifier. No
/// overflow; 0 where a sure logit is right, infinite ones included
Tensor sigmoid_cross_entropy(Arg logit, Arg probability);
/// max(x, 0).   edge slope 0 at 0
Tensor relu(Arg x);
/// x above 0, slope x below.   edge at 0 the slope of the left side
Tensor leaky_relu(Arg x, double slope = 0.01);
/// x above 0, alpha (e^x - 1) below.   edge at 0 the slope is alpha
Tensor elu(Arg x, double alpha = 1);
/// x times the normal distribution function; gelu_tanh is its approximation by tanh.
/// source Hendrycks and Gimpel 2016, "Gaussian error linear units"
Tensor gelu(Arg x);
Tensor gelu_tanh(Arg x);
/// x sigmoid(x)
Tensor silu(Arg x);

// ---------------------------------------------------------------- derivatives

extern const Op stop_gradient_op;

/// The same value, constant to every tape for derivatives: no cotangent goes past it, nothing is recorded there. No copy.
Tensor stop_gradient(Arg x);

// ---------------------------------------------------------------- reductions

extern const Op sum_op, sum_to_op, prod_op, max_op, min_op, norm2_op, logsumexp_op;
extern const Op any_op, all_op, count_nonzero_op, argmax_op, argmin_op, max_with_index_op, min_with_index_op;

enum class KeepAxes : bool { no, yes };
/// `sum(x, 1, keep_axes)`: reduced axes stay, with size 1.
inline constexpr KeepAxes keep_axes = KeepAxes::yes;

/// The sum over some axes, all when none are named. In blocks of fixed size: error at most (log2 n + 4) eps sum|x|, and the same bits
/// for any thread count.
///
/// dtype  x's; bool and i32 are summed as i64
/// throws IndexError: an axis out of range or named twice
Tensor sum(Arg x, Axes axes = {}, KeepAxes keep = KeepAxes::no);

/// x summed to `like`'s shape, in like's dtype: the adjoint of broadcasting and promotion.
/// throws ShapeError: like.shape does not broadcast to x's
Tensor sum_to(Arg x, const Abstract& like);

/// The product over some axes, 1 of none.   dtype as sum   grad right at zeros, of every order; takes 4 products an element
Tensor prod(Arg x, Axes axes = {}, KeepAxes keep = KeepAxes::no);

/// The greatest, or least, element over some axes; NaN if there is one.
///
/// dtype  x's
/// edge   the elements that tie share the cotangent evenly
/// throws ShapeError: the axes hold no element
Tensor max(Arg x, Axes axes = {}, KeepAxes keep = KeepAxes::no);
Tensor min(Arg x, Axes axes = {}, KeepAxes keep = KeepAxes::no);

/// The position on the axis of the greatest, or least, element: the first if several tie, the first NaN if there is one.
/// Without an axis, the position in row-major order.   dtype i64   no derivative   throws ShapeError: as max
Tensor argmax(Arg x, Index axis, KeepAxes keep = KeepAxes::no);
Tensor argmax(Arg x);
Tensor argmin(Arg x, Index axis, KeepAxes keep = KeepAxes::no);
Tensor argmin(Arg x);

struct ValuesAndIndices {
  Tensor values;
  Tensor indices;
};
/// Element and position together.   edge the first of those that tie gets the whole cotangent   throws ShapeError: as max
ValuesAndIndices max_with_index(Arg x, Index axis, KeepAxes keep = KeepAxes::no);
ValuesAndIndices min_with_index(Arg x, Index axis, KeepAxes keep = KeepAxes::no);

/// sqrt(sum x^2); large and small numbers neither overflow nor vanish.   edge the slope at 0 is 0
Tensor norm2(Arg x, Axes axes = {}, KeepAxes keep = KeepAxes::no);

/// log sum exp x without overflow.   edge of -inf alone, and of no element, -inf, with slope 0
Tensor logsumexp(Arg x, Axes axes = {}, KeepAxes keep = KeepAxes::no);

/// Whether any element is not 0, whether none is, and how many are not (i64). NaN is not 0.   no derivative
Tensor any(Arg x, Axes axes = {}, KeepAxes keep = KeepAxes::no);
Tensor all(Arg x, Axes axes = {}, KeepAxes keep = KeepAxes::no);
Tensor count_nonzero(Arg x, Axes axes = {}, KeepAxes keep = KeepAxes::no);

extern const Op softmax_op, log_softmax_op;

/// exp(x) / sum exp(x) over some axes, the last unless named, and its logarithm; without overflow.
///
/// edge  a row of -inf alone: softmax is 0 and so is its slope; log_softmax is -inf, with the slope of the identity
Tensor softmax(Arg x, Axes axes = -1);
Tensor log_softmax(Arg x, Axes axes = -1);

// ---------------------------------------------------------------- shape

extern const Op broadcast_to_op, reshape_op, permute_op, cast_op, concat_op, slice_op, place_op;

/// throws ShapeError: x's shape does not broadcast to `shape`
Tensor broadcast_to(Arg x, const Shape& shape);
/// The same elements in another shape; one size may be -1 and is then computed. No copy.
/// throws ShapeError: the counts differ, more than one -1
Tensor reshape(Arg x, std::initializer_list<Index> sizes);
Tensor reshape(Arg x, const Shape& shape);
/// Axis i of the result is axis order[i] of x.   throws IndexError: not a permutation
Tensor permute(Arg x, Axes order);
/// The last two axes swapped, or any two.
Tensor transpose(Arg x);
Tensor transpose(Arg x, Index a, Index b);
/// The same values in another dtype; fractions are cut towards zero. Between floating dtypes it is linear; otherwise no derivative.
Tensor cast(Arg x, Dtype dtype);

/// The tensors one after the other along an axis they all have.   dtype promoted   throws ShapeError: other sizes differ, none, 0-d
Tensor concat(std::vector<Tensor> xs, Index axis = 0, std::source_location where = std::source_location::current());

/// x[a, b, ...]: a Slice or a position for each of the first axes; a position drops its axis. Python's rules: ends outside are cut
/// off, negative ones count from the end. `slice(x, {Slice{0, 3}, Slice{.step = -1}, 2})`
///
/// throws  IndexError: a position out of range, more slices than axes; ValueError: a step of 0
Tensor slice(Arg x, std::initializer_list<AxisSlice> axes);
Tensor slice(Arg x, std::span<const AxisSlice> axes);

/// The primitive under it: element k of axis i is x's element start[i] + k step[i]. All entries resolved: no negative starts.
/// throws  ShapeError: not one entry per axis; IndexError: a position outside x
Tensor slice(Arg x, std::vector<Index> start, std::vector<Index> step, const Shape& size);
/// Its adjoint: zeros of `shape` with x's elements at those places.   throws as slice
Tensor place(Arg x, std::vector<Index> start, std::vector<Index> step, const Shape& shape);

// ---------------------------------------------------------------- indexing: i32 or i64 indices, negative ones from the end

extern const Op take_op, segment_sum_op, take_along_axis_op, scatter_sum_op, nonzero_op, one_hot_op;

/// x's rows at the indices: the axis is replaced by the axes of `index`.   dtype x's
///
/// shape   x: [a, n, b]   index: [i, j]   ->   [a, i, j, b] for axis 1
/// grad    in x; a row picked twice gets both cotangents, added in the order of the indices
/// throws  IndexError: an index out of range, with its place and value; DtypeError: no integers
Tensor take(Arg x, Arg index, Index axis = 0);
/// Its adjoint: zeros with `count` rows along the axis, to which x's rows are added at the indices, in their order.
///
/// shape   x: [a, i, j, b]   index: [i, j]   ->   [a, count, b] for axis 1
/// dtype   x's; bool and i32 are summed as i64
/// throws  as take; ShapeError: x does not have the indices' sizes from the axis on
Tensor segment_sum(Arg x, Arg index, Index count, Index axis = 0);

/// y[.., c, ..] = x[.., index[.., c, ..], ..], the one axis apart at the same position.   dtype x's   throws as take; ShapeError
Tensor take_along_axis(Arg x, Arg index, Index axis);
/// Its adjoint: zeros of size `count` on the axis, to which x's elements are added at the indices, in row-major order.
Tensor scatter_sum(Arg x, Arg index, Index count, Index axis);

/// How many positions `nonzero` gives.
struct NonzeroOptions {
  std::optional<Index> size{};  ///< the first so many, filled up with `fill`; as many as there are when left out
  Index fill = 0;
};
/// The positions of the elements that are not 0, in row-major order: i64 [count, rank].   no derivative
/// throws  AbstractError: x is abstract and the size is left open
Tensor nonzero(Arg x, NonzeroOptions options = {});

/// 1 at the index on a new last axis of `count`, 0 elsewhere.   no derivative   throws IndexError: an index outside [0, count)
Tensor one_hot(Arg index, Index count, Dtype dtype = f32);

// ---------------------------------------------------------------- random: from an Rng, whose counter moves on; no derivative but loggamma

extern const Op uniform_op, normal_op, truncated_normal_op, bernoulli_op, permutation_op, split_op, loggamma_op;

/// Uniform on [low, high).   dtype floating   throws ValueError: low > high, or not finite
Tensor uniform(const Shape& shape, Rng& rng, double low = 0, double high = 1, Dtype dtype = f32,
               std::source_location where = std::source_location::current());
/// Normal.   dtype floating   throws ValueError: a negative deviation, or not finite
Tensor normal(const Shape& shape, Rng& rng, double mean = 0, double deviation = 1, Dtype dtype = f32,
              std::source_location where = std::source_location::current());

/// The bound is in deviations from the mean, 0.5 or more. The deviation is that before cutting.
struct TruncatedNormalOptions {
  double mean = 0;
  double deviation = 1;
  double bound = 2;
  Dtype dtype = f32;
};
/// Normal, without what lies beyond the bound.   throws ValueError: an option out of range
Tensor truncated_normal(const Shape& shape, Rng& rng, TruncatedNormalOptions options = {},
                        std::source_location where = std::source_location::current());
/// True with this probability, exact to 2^-32.   dtype bool   throws ValueError: outside [0, 1]
Tensor bernoulli(const Shape& shape, Rng& rng, double probability = 0.5, std::source_location where = std::source_location::current());
/// 0 to count - 1 in random order, all orders alike.   dtype i64
Tensor permutation(Index count, Rng& rng, std::source_location where = std::source_location::current());
/// Generators whose numbers are independent of each other's, of rng's, and of those of the next split.
std::vector<Rng> split(Rng& rng, Index count, std::source_location where = std::source_location::current());

/// The logarithm of a gamma variable of density x^(a - 1) e^-x / gamma(a), a the concentration of each element. It is finite where the
/// variable itself underflows, as for small a it nearly always does; gamma, beta and dirichlet are made of it.
///
/// shape   the concentration's   dtype the concentration's if floating, else f32
/// grad    in the concentration, of any order: of the quantile that the draw stands on, loggamma_slope
/// edge    -infinity for 0, NaN below
/// source  Marsaglia and Tsang 2000, "A simple method for generating gamma variables"; Figurnov, Mohamed and Mnih 2018, "Implicit
///         reparameterization gradients"
Tensor loggamma(Arg concentration, Rng& rng);

// ---------------------------------------------------------------- products

extern const Op matmul_op;

/// Matrix product over the last two axes; leading axes broadcast. A 1-d operand is a row (left) or a column (right), and its axis
/// is dropped from the result.
///
/// shape   a: [..., m, k]   b: [..., k, n]   ->   [..., m, n]
/// dtype   promoted, floating
/// grad    vjp and jvp of any order
/// cost    2mnk flops per batch element; keeps on the tape the inputs that the other one's cotangent needs
/// throws  ShapeError when the inner sizes differ, an operand is 0-d or the leading axes do not broadcast
/// source  Giles 2008, "Collected matrix derivative results", 2.2
Tensor matmul(Arg a, Arg b);

/// How an operand of matmul is read: `matmul(x, w, {.transpose_b = true})` is x w^T without a copy of w^T.
struct MatmulForm {
  bool transpose_a = false;
  bool transpose_b = false;
};
Tensor matmul(Arg a, Arg b, MatmulForm form);

}  // namespace descent::inline v1
