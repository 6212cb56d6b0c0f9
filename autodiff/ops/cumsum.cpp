// cumsum: linear; its adjoint is itself from the other end.
#include <descent/autodiff/kernels/scan.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Cumsum : Linear<Cumsum> {
  static constexpr std::string_view name = "cumsum";
  struct Params {
    Index axis = 0;
    bool reverse = false;
  };
  static Shape shape(const Params& p, const Shape& x) { return checked_axis("cumsum", p.axis, x.rank()), x; }
  static Dtype dtype(const Params&, Dtype x) { return raw::summable(x); }
  static Tensor forward(const Params& p, const Tensor& x) {
    const int axis = checked_axis("cumsum", p.axis, x.rank());
    const Tensor terms = converted(x, raw::summable(x.dtype()));
    Tensor result = raw::make(x.shape(), terms.dtype());
    raw::visit_summable(terms.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      kernels::cumsum(raw::around(x.shape(), axis), p.reverse, raw::read<T>(terms), raw::write<T>(result));
    });
    return result;
  }
  static Tensor adjoint(const Params& p, const Abstract&, const Tensor& ct) { return cumsum(ct, p.axis, {.reverse = !p.reverse}); }
  static Params batched(const Params& p, std::span<const Abstract> like, Index) {
    return behind_batch("cumsum", p, like[0].shape.rank());
  }
  static Samples samples() {
    return {with(Params{0, false}, {uniform({5}, -2, 2)}), with(Params{1, true}, {uniform({2, 4, 3}, -2, 2)}),
            with(Params{-1, false}, {uniform({3, 2}, -2, 2)}), with(Params{0, false}, {uniform({3, 70}, -2, 2)})};
  }
};

}  // namespace

constinit const Op cumsum_op = make_op<Cumsum>();
Tensor cumsum(Arg x, Index axis, ScanForm form) { return bind(cumsum_op, Cumsum::Params{axis, form.reverse}, std::move(x)); }

}  // namespace descent::inline v1
