// cast: between f32 and f64 linear (rounding aside); to or from integers piecewise constant, so no cotangent arrives.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Cast : Linear<Cast> {
  static constexpr std::string_view name = "cast";
  static constexpr auto batch = in_front();
  struct Params {
    Dtype dtype = f32;
  };
  static Shape shape(const Params&, const Shape& x) { return x; }
  static Dtype dtype(const Params& p, Dtype) { return p.dtype; }
  static Tensor forward(const Params& p, const Tensor& x) { return converted(x, p.dtype); }
  static Tensor adjoint(const Params&, const Abstract& x, const Tensor& ct) { return cast(ct, x.dtype); }
  static Samples samples() { return {with(Params{f64}, {uniform({3, 4}, -2, 2)})}; }
};

}  // namespace

constinit const Op cast_op = make_op<Cast>();
Tensor cast(Arg x, Dtype dtype) {
  if (!x.is_number() && x.tensor().present() && x.tensor().dtype() == dtype) return x.take();
  return bind(cast_op, Cast::Params{dtype}, std::move(x));
}

}  // namespace descent::inline v1
