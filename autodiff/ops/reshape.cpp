// reshape: a relabelling of positions, so linear, with the shape it came from as adjoint.
#include <algorithm>
#include <array>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Reshape : Linear<Reshape> {
  static constexpr std::string_view name = "reshape";
  static constexpr bool views = true;
  struct Params {
    Shape shape;
  };
  static Shape shape(const Params& p, const Shape& x) {
    if (p.shape.numel() != x.numel())
      throw ShapeError("reshape: " + to_string(x) + " has " + std::to_string(x.numel()) + " elements and " + to_string(p.shape) + " " +
                       std::to_string(p.shape.numel()) + "; the counts must be equal, or one size -1");
    return p.shape;
  }
  static Tensor forward(const Params& p, const Tensor& x) { return raw::view(x, shape(p, x.shape())); }
  static Tensor adjoint(const Params&, const Abstract& x, const Tensor& ct) { return reshape(ct, x.shape); }
  static Params batched(const Params& p, std::span<const Abstract>, Index size) { return {p.shape.inserted(0, size)}; }
  static Samples samples() {
    return {with(Params{Shape{4, 3}}, {uniform({3, 4}, -2, 2)}), with(Params{Shape{}}, {uniform({1, 1}, -2, 2)})};
  }
};

/// The sizes with -1 replaced by what makes the count right.
Shape completed(const Shape& x, std::initializer_list<Index> sizes, std::source_location where) {
  const auto unknown = std::count(sizes.begin(), sizes.end(), Index{-1});
  if (unknown == 0) return Shape(sizes);
  if (unknown > 1) throw ShapeError("reshape: more than one size is -1; at most one can be computed", where);
  std::array<Index, max_rank> known{};
  if (sizes.size() > known.size())
    throw ShapeError("reshape: " + std::to_string(sizes.size()) + " sizes; a tensor has at most 8 axes", where);
  std::replace_copy(sizes.begin(), sizes.end(), known.begin(), Index{-1}, Index{1});
  const std::span<Index> all(known.data(), sizes.size());
  const Index rest = Shape(std::span<const Index>(all)).numel();
  if (rest == 0 || x.numel() % rest != 0)
    throw ShapeError("reshape: " + to_string(x) + " has " + std::to_string(x.numel()) + " elements, not a multiple of the " +
                         std::to_string(rest) + " that the other sizes make; no size fits the -1",
                     where);
  all[static_cast<std::size_t>(std::find(sizes.begin(), sizes.end(), Index{-1}) - sizes.begin())] = x.numel() / rest;
  return Shape(std::span<const Index>(all));
}

}  // namespace

constinit const Op reshape_op = make_op<Reshape>();
Tensor reshape(Arg x, const Shape& shape) { return bind(reshape_op, Reshape::Params{shape}, std::move(x)); }
Tensor reshape(Arg x, std::initializer_list<Index> sizes) {
  const Shape shape = completed(x.is_number() ? Shape{} : x.tensor().shape(), sizes, x.where());
  return reshape(std::move(x), shape);
}

}  // namespace descent::inline v1
