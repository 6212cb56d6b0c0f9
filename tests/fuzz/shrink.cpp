#include <descent/tests/fuzz/shrink.hpp>

#include <chrono>
#include <functional>
#include <set>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tensor/create.hpp>
#include <descent/tests/fuzz/draw.hpp>

namespace descent::fuzz {
namespace {

using Clock = std::chrono::steady_clock;

/// The shape with every axis of size `from` in size `to`.
Shape resized(Shape shape, Index from, Index to) {
  for (int axis = 0; axis < shape.rank(); ++axis)
    if (shape[axis] == from) shape = shape.with(axis, to);
  return shape;
}

void resize(Program& program, Index from, Index to) {
  for (Node& node : program.nodes) {
    for (auto& [name, value] : node.params) {
      if (Shape* shape = std::get_if<Shape>(&value)) *shape = resized(*shape, from, to);
      if (Index* count = std::get_if<Index>(&value); count != nullptr && name == "count" && *count == from) *count = to;
    }
    if (node.op != nullptr) continue;
    const Shape shape = resized(node.value.shape(), from, to);
    std::vector<double> values = node.value.to_vector<double>();
    if (shape.numel() > static_cast<Index>(values.size())) throw ShapeError("the axis would grow");
    values.resize(static_cast<std::size_t>(shape.numel()));
    node.value = from_span<double>(values, shape, node.value.dtype());
  }
}

class Shrink {
 public:
  Shrink(Program program, const Oracle& oracle) : best_(std::move(program)), oracle_(oracle) {}

  Program run() {
    for (bool smaller = true; smaller && Clock::now() < end_;) {
      smaller = false;
      for (const auto step : {&Shrink::outputs, &Shrink::regions, &Shrink::calls, &Shrink::bypasses, &Shrink::axes})
        smaller |= (this->*step)();
    }
    return best_;
  }

 private:
  /// Whether the oracle fails on the change too. The change may throw: then it is none.
  bool accept(const std::function<void(Program&)>& change) {
    if (Clock::now() >= end_) return false;
    try {
      Program candidate = best_;
      change(candidate);
      candidate = pruned(candidate);
      if (candidate.leaves().empty()) return false;
      for (const Tensor& y : fuzz::run(candidate, candidate.leaves(), {.checkpoints = false}))
        if (y.dtype() != f64) return false;
      if (verdict(oracle_, candidate).kind != Verdict::Kind::fails) return false;
      best_ = std::move(candidate);
      return true;
    } catch (const Error&) { return false; }
  }

  bool outputs() {
    bool any = false;
    for (std::size_t k = 0; best_.outputs.size() > 1 && k < best_.outputs.size();) {
      const bool done = accept([&](Program& p) { p.outputs.erase(p.outputs.begin() + static_cast<std::ptrdiff_t>(k)); });
      any |= done;
      k += done ? 0 : 1;
    }
    for (std::size_t k = 0; k < best_.outputs.size(); ++k)  // the inputs of what makes it, in its place
      for (std::size_t i = 0; k < best_.outputs.size() && i < best_.nodes[best_.outputs[k].node].in.size(); ++i)
        any |= accept([&](Program& p) { p.outputs[k] = p.nodes[p.outputs[k].node].in[i]; });
    return any;
  }

  bool regions() {
    bool any = false;
    for (std::size_t k = best_.regions.size(); k-- > 0;)
      any |= accept([&](Program& p) { p.regions.erase(p.regions.begin() + static_cast<std::ptrdiff_t>(k)); });
    return any;
  }

  /// Calls become leaves, or constants, with the values that they gave: what led to them is then no longer needed.
  bool calls() {
    bool any = false;
    for (std::size_t i = best_.nodes.size(); i-- > 0;) {
      if (i >= best_.nodes.size() || best_.nodes[i].op == nullptr || best_.nodes[i].op->outputs != 1) continue;
      const Tensor value = run_all(best_, best_.leaves(), {.checkpoints = false})[i][0];
      for (const bool constant : {true, false})
        if (constant || value.dtype() == f64)
          if (accept([&](Program& p) { p.nodes[i] = {.value = value, .constant = constant}; })) {
            any = true;
            break;
          }
    }
    for (std::size_t i = best_.nodes.size(); i-- > 0;)
      if (i < best_.nodes.size() && best_.nodes[i].leaf()) any |= accept([&](Program& p) { p.nodes[i].constant = true; });
    return any;
  }

  /// Uses of a call take one of its inputs instead.
  bool bypasses() {
    bool any = false;
    for (std::size_t i = best_.nodes.size(); i-- > 0;)
      for (std::size_t k = 0; i < best_.nodes.size() && k < best_.nodes[i].in.size(); ++k)
        any |= accept([&](Program& p) {
          const Ref input = p.nodes[i].in[k];
          const auto replace = [&](Ref& ref) { ref = ref.node == i ? input : ref; };
          for (Node& node : p.nodes)
            for (Ref& ref : node.in) replace(ref);
          for (Ref& ref : p.outputs) replace(ref);
        });
    return any;
  }

  bool axes() {
    std::set<Index> sizes;
    for (const Node& node : best_.nodes)
      if (node.op == nullptr)
        for (const Index size : node.value.shape()) sizes.insert(size);
    bool any = false;
    for (const Index size : sizes)
      for (const Index to : {Index{1}, Index{2}, Index{3}, size / 2, size - 1})
        if (to < size && to > 0 && accept([&](Program& p) { resize(p, size, to); })) {
          any = true;
          break;
        }
    return any;
  }

  Program best_;
  const Oracle& oracle_;
  Clock::time_point end_ = Clock::now() + std::chrono::seconds(20);
};

}  // namespace

Program shrunk(const Program& program, const Oracle& oracle) { return Shrink(program, oracle).run(); }

}  // namespace descent::fuzz
