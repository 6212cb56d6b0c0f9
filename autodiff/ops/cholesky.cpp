// cholesky: x = l l^T, so dl = l phi(l^-1 dx l^-T), where phi keeps the lower triangle and half the diagonal; its adjoint is below.
// Only the symmetric part of x counts, so the cotangent is symmetric.
// source  Murray 2016, "Differentiation of the Cholesky decomposition", 3.1
#include <descent/autodiff/ops/linalg.hpp>
#include <descent/autodiff/ops/matrices.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Cholesky : General<Cholesky> {
  static constexpr std::string_view name = "cholesky";
  static constexpr auto batch = in_front();
  static constexpr Keep keep = keep::output;
  static Shape shape(const Shape& x) { return raw::check_square("cholesky", x), x; }
  static Dtype dtype(Dtype x) { return raw::floating(x); }
  static Tensor forward(const Tensor& given) {
    const Tensor x = converted(given, dtype(given.dtype()));
    Tensor result = raw::make(shape(x.shape()), x.dtype());
    const kernels::Failure failure = raw::visit_floating(x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      return kernels::cholesky(raw::count_of(x.shape()), x.shape().back(), raw::read<T>(x), raw::write<T>(result));
    });
    if (failure.matrix >= 0)
      throw ValueError(raw::which_matrix("cholesky", failure.matrix, x.shape()) + " is not positive definite: the leading minor of order " +
                       std::to_string(failure.at) + " is not; add a multiple of the identity");
    return result;
  }
  template <int> static Tensor vjp(const Call& call, const Tensor& ct) {
    const Tensor& l = call.out[0];
    const Tensor product = matmul(l, ct, {.transpose_a = true});
    const Tensor phi = 0.5 * (raw::lower_part(product, false) + raw::lower_part(product, true));
    constexpr TriangularForm back{.transpose = true};
    const Tensor left = triangular_solve(l, phi, back);              // l^-T phi
    const Tensor both = triangular_solve(l, transpose(left), back);  // (l^-T phi l^-1)^T
    return 0.5 * (both + transpose(both));
  }
  static Samples samples() {
    return {values({3, 3}, {4, 1, 0.5, 1.5, 3, -1, 0, -0.5, 2}), values({2, 2, 2}, {2, 0.5, 1, 3, 1, -0.5, -0.5, 1.5}), values({1, 1}, {4}),
            kink(values({2, 2}, {1, 2, 0, 2}), "only the symmetric part counts, so the cotangent is symmetric too")};
  }
};

}  // namespace

constinit const Op cholesky_op = make_op<Cholesky>();
Tensor cholesky(Arg x) { return bind(cholesky_op, std::move(x)); }

}  // namespace descent::inline v1
