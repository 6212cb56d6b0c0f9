#pragma once

#include <string_view>
#include <vector>

#include <descent/autodiff/tensor/create.hpp>
#include <descent/tests/fuzz/draw.hpp>
#include <descent/tests/fuzz/program.hpp>

namespace descent::fuzz {

/// What the sizes of a program may be.
struct Limits {
  Index calls = 60;
  Index elements = 3000;  ///< of one value
  Index long_axis = 65;
};

/// A program under construction. Each call is run as it is added, so that its values steer what comes next: they stay finite and
/// tame, and inputs are brought into the shape and range that an op asks for, by further calls.
class Builder {
 public:
  Builder(Draw& choices, const Limits& most) : draw(choices), limits(most) {}

  Draw& draw;
  const Limits& limits;

  const Tensor& at(const Ref& ref) const { return values_[ref.node][ref.output]; }
  Shape shape_of(const Ref& ref) const { return at(ref).shape(); }
  std::size_t size() const { return program_.nodes.size(); }

  /// Results of the call; large ones are squashed. throws Error: the op refuses, a result is not finite, f32 or too large
  std::vector<Ref> call(const Op& op, std::vector<Ref> in, NamedParams params = {});
  /// The first of them, which is offered to later calls.
  Ref call(std::string_view op, std::vector<Ref> in, NamedParams params = {});
  Ref leaf(const Shape& shape);
  Ref constant(const Tensor& value);
  Ref number(double value) { return constant(scalar(value, f64)); }
  void not_smooth() { program_.smooth = false; }

  Shape shape();                                 ///< any
  Ref any();                                     ///< a floating value, most often a recent one
  Ref any_of_rank(int least);                    ///< with at least so many axes
  Ref fit(Ref x, const Shape& shape);            ///< the value's elements, round and round, in another shape
  Ref within(Ref x, double low, double high);    ///< the value squeezed into a range, as f64
  Ref beside(const Shape& shape, Shape& whole);  ///< a value that broadcasts with the shape; `whole` is what both give

  void offer(const Ref& ref);   ///< to later calls
  void cut(std::size_t nodes);  ///< forgets all nodes but the first so many
  Program finish();             ///< with outputs and regions
  Index calls() const { return program_.calls(); }

 private:
  Ref add(Node node, Tensors values);
  Ref squashed(const Ref& ref, double largest);
  Shape limited(std::vector<Index> sizes);

  Program program_;
  std::vector<Tensors> values_;
  std::vector<Ref> offered_;
};

}  // namespace descent::fuzz
