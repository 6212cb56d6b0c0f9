// matrix_exp: its derivative along e is the upper right block of the exponential of [[x, e], [0, x]], which is again one; the adjoint is
// the same with x^T. The block is linear in e only up to rounding, and a large e would cost digits, so e is scaled to 1.
// source  Najfeld and Havel 1995, "Derivatives of the matrix exponential and their computation"; Al-Mohy and Higham 2009, "Computing the
//         Frechet derivative of the matrix exponential"
#include <descent/autodiff/kernels/matrix_exp.hpp>
#include <descent/autodiff/ops/linalg.hpp>
#include <descent/autodiff/ops/matrices.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct MatrixExp : General<MatrixExp> {
  static constexpr std::string_view name = "matrix_exp";
  static constexpr auto batch = in_front();
  static constexpr Keep keep = keep::inputs;
  static Shape shape(const Shape& x) { return raw::check_square("matrix_exp", x), x; }
  static Dtype dtype(Dtype x) { return raw::floating(x); }
  static Tensor forward(const Tensor& given) {
    const Tensor x = converted(given, dtype(given.dtype()));
    Tensor result = raw::make(shape(x.shape()), x.dtype());
    raw::visit_floating(x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      kernels::matrix_exp(raw::count_of(x.shape()), x.shape().back(), raw::read<T>(x), raw::write<T>(result));
    });
    return result;
  }
  static Tensor along(const Tensor& x, const Tensor& e) {
    const Index n = x.shape().back();
    if (x.numel() == 0) return e;
    const Tensor most = max(abs(stop_gradient(e)), Axes{-2, -1}, keep_axes);
    const Tensor scale = where(most > 0.0, most, 1.0);
    const Tensor block = concat({concat({x, e / scale}, -1), concat({zeros_like(x), x}, -1)}, -2);
    return scale * raw::part(raw::part(matrix_exp(block), 1, 0, n), 0, n, n);
  }
  template <int> static Tensor vjp(const Call& call, const Tensor& ct) { return along(transpose(call.in[0]), ct); }
  static Tensor jvp(const Call& call, std::span<const Tensor> t) { return along(call.in[0], t[0]); }
  static Samples samples() { return {values({2, 2, 2}, {0.5, -1, 0.25, 1, 0, 3, 0, 0}), uniform({2, 3, 3}, -1, 1), values({1, 1}, {-2})}; }
};

}  // namespace

constinit const Op matrix_exp_op = make_op<MatrixExp>();
Tensor matrix_exp(Arg x) { return bind(matrix_exp_op, std::move(x)); }

}  // namespace descent::inline v1
