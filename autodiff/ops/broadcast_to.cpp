// broadcast_to: linear; summing is its adjoint.
#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct BroadcastTo : Linear<BroadcastTo> {
  static constexpr std::string_view name = "broadcast_to";
  struct Params {
    Shape shape;
  };
  static Shape shape(const Params& p, const Shape& x) {
    if (!broadcasts(p.shape, x) || x.rank() > p.shape.rank() || broadcast("broadcast_to", x, p.shape) != p.shape)
      throw ShapeError("broadcast_to: " + to_string(x) + " does not broadcast to " + to_string(p.shape) +
                       "; its sizes, aligned at the end, must be equal or 1");
    return p.shape;
  }
  static Tensor forward(const Params& p, const Tensor& x) { return raw::broadcasted(x, shape(p, x.shape())); }
  static Tensor adjoint(const Params&, const Abstract& x, const Tensor& ct) { return sum_to(ct, x); }
  static void batch(const BatchCall& call, std::span<Tensor> out) {
    const Shape& shape = static_cast<const Params*>(call.params)->shape;
    out[0] = broadcast_to(aligned(call, 0, shape.rank()), shape.inserted(0, call.size));
  }
  static Samples samples() {
    return {with(Params{Shape{3, 4}}, {uniform({4}, -2, 2)}), with(Params{Shape{2, 3, 4}}, {uniform({3, 1}, -2, 2)}),
            with(Params{Shape{5}}, {uniform({}, -2, 2)})};
  }
};

}  // namespace

constinit const Op broadcast_to_op = make_op<BroadcastTo>();
Tensor broadcast_to(Arg x, const Shape& shape) { return bind(broadcast_to_op, BroadcastTo::Params{shape}, std::move(x)); }

}  // namespace descent::inline v1
