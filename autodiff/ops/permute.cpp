// permute: linear; the inverse permutation is its adjoint.
#include <array>
#include <numeric>
#include <string>
#include <utility>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Permute : Linear<Permute> {
  static constexpr std::string_view name = "permute";
  struct Params {
    Axes order;
  };
  using Order = std::array<int, max_rank>;

  static Order checked(const Params& p, int rank) {
    const auto listed = p.order.listed();
    if (p.order.all() || static_cast<int>(listed.size()) != rank)
      throw IndexError("permute: order " + to_string(p.order) + " for a tensor of rank " + std::to_string(rank) + "; name each axis once");
    p.order.mask("permute", rank);
    Order order{};
    for (std::size_t i = 0; i < listed.size(); ++i) order[i] = checked_axis("permute", listed[i], rank);
    return order;
  }
  static Shape shape(const Params& p, const Shape& x) {
    const Order order = checked(p, x.rank());
    Shape result = x;
    for (int i = 0; i < x.rank(); ++i) result = result.with(i, x[order[static_cast<std::size_t>(i)]]);
    return result;
  }
  static Tensor forward(const Params& p, const Tensor& x) {
    const Order order = checked(p, x.rank());
    return raw::permuted(x, {order.data(), static_cast<std::size_t>(x.rank())});
  }
  static Tensor adjoint(const Params& p, const Abstract& x, const Tensor& ct) {
    const Order order = checked(p, x.shape.rank());
    std::array<Index, max_rank> inverse{};
    for (int i = 0; i < x.shape.rank(); ++i) inverse[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])] = i;
    return permute(ct, Axes(std::span<const Index>(inverse.data(), static_cast<std::size_t>(x.shape.rank()))));
  }
  static Params batched(const Params& p, std::span<const Abstract> like, Index) {
    const Order order = checked(p, like[0].shape.rank());
    std::vector<Index> behind{0};
    for (int i = 0; i < like[0].shape.rank(); ++i) behind.push_back(order[static_cast<std::size_t>(i)] + 1);
    return {Axes(std::span<const Index>(behind))};
  }
  static Samples samples() {
    return {with(Params{Axes{1, 0}}, {uniform({3, 4}, -2, 2)}), with(Params{Axes{2, 0, 1}}, {uniform({2, 3, 4}, -2, 2)}),
            with(Params{Axes{0, 1}}, {uniform({3, 4}, -2, 2)}), with(Params{Axes::none()}, {uniform({}, -2, 2)})};
  }
};

}  // namespace

constinit const Op permute_op = make_op<Permute>();
Tensor permute(Arg x, Axes order) { return bind(permute_op, Permute::Params{order}, std::move(x)); }

Tensor transpose(Arg x, Index a, Index b) {
  const int rank = x.is_number() ? 0 : x.tensor().rank();
  std::array<Index, max_rank> order{};
  std::iota(order.begin(), order.end(), Index{0});
  std::swap(order[static_cast<std::size_t>(checked_axis("transpose", a, rank))],
            order[static_cast<std::size_t>(checked_axis("transpose", b, rank))]);
  return permute(std::move(x), Axes(std::span<const Index>(order.data(), static_cast<std::size_t>(rank))));
}
Tensor transpose(Arg x) { return transpose(std::move(x), -2, -1); }

}  // namespace descent::inline v1
