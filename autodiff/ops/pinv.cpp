// pinv: where the rank stays, dp = -p dx p + p p^T dx^T (1 - x p) + (1 - p x) dx^T p^T p, whose adjoint is below. A primitive, as the
// derivative through svd, of which this is made, would be NaN at equal singular values.
// source  Golub and Pereyra 1973, "The differentiation of pseudo-inverses and nonlinear least squares problems", 4.12
#include <limits>

#include <fmt/format.h>

#include <descent/autodiff/ops/linalg.hpp>
#include <descent/autodiff/ops/matrices.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Pinv : General<Pinv> {
  static constexpr std::string_view name = "pinv";
  static constexpr auto batch = in_front();
  static constexpr Keep keep = keep::inputs | keep::output;
  struct Params {
    double rtol = -1;  ///< -1: from the size and the dtype
  };
  static Shape shape(const Params&, const Shape& x) {
    raw::check_matrix("pinv", x, kernels::kMostRowsOfVectors);
    return raw::of_matrices(raw::batch_of(x), x.back(), x.back(1));
  }
  static Dtype dtype(const Params&, Dtype x) { return raw::floating(x); }
  static Tensor forward(const Params& p, const Tensor& given) {
    const Tensor x = converted(given, raw::floating(given.dtype()));
    Tensor result = raw::make(shape(p, x.shape()), x.dtype());
    const Index m = x.shape().back(1), n = x.shape().back();
    const kernels::Failure failure = raw::visit_floating(x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      const double rtol = p.rtol < 0 ? static_cast<double>(std::max(m, n)) * double{std::numeric_limits<T>::epsilon()} : p.rtol;
      return kernels::pinv(raw::count_of(x.shape()), m, n, rtol, raw::read<T>(x), raw::write<T>(result));
    });
    raw::check_converged("pinv", failure, x.shape());
    return result;
  }
  template <int> static Tensor vjp(const Call& call, const Tensor& ct) {
    const Tensor &x = call.in[0], &p = call.out[0];
    Tensor slope = -matmul(matmul(p, ct, {.transpose_a = true}), p, {.transpose_b = true});  // [m, n]
    const Tensor back = transpose(ct);
    const Tensor left = matmul(matmul(back, p), p, {.transpose_b = true});   // ct^T p p^T
    const Tensor right = matmul(p, matmul(p, back), {.transpose_a = true});  // p^T p ct^T
    slope = slope + (left - matmul(x, matmul(p, left)));
    return slope + (right - matmul(matmul(right, p), x));
  }
  static Samples samples() {
    return {with(Params{}, {values({2, 2, 2}, {2, 0.5, -1, 1, -1.5, 0.25, 0.5, 1.25})}),
            with(Params{}, {uniform({2, 3, 2}, -2, 2)}),
            with(Params{1e-3}, {uniform({2, 4}, -2, 2)}),
            with(Params{}, {values({1, 1}, {-2})}),
            kink(with(Params{}, {values({2, 2, 2}, {1, 2, 2, 4, 0, 0, 0, 3})}),
                 "the slope is that along matrices of the same rank; across them pinv jumps"),
            kink(with(Params{}, {values({2, 2, 3}, {0, 0, 0, 0, 0, 0})}), "rank 0: no other matrix near has it, so the slope is 0")};
  }
};

}  // namespace

constinit const Op pinv_op = make_op<Pinv>();
Tensor pinv(Arg x, PinvOptions options) {
  if (options.rtol && !(*options.rtol >= 0))
    throw ValueError(fmt::format("pinv: rtol is {}; it must be 0 or more", *options.rtol), x.where());
  return bind(pinv_op, Pinv::Params{options.rtol.value_or(-1)}, std::move(x));
}

}  // namespace descent::inline v1
