#include <descent/nn/loss/targets.hpp>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1::nn::detail {

void require_class_axis(const char* who, const char* what, const Tensor& x, std::source_location where) {
  if (x.rank() == 0 || x.size(-1) == 0)
    throw ShapeError(fmt::format("{}: the {} are {}; their last axis must hold the classes, at least one", who, what, to_string(x.shape())),
                     where);
}

void require_classes(const char* who, const Tensor& targets, Index classes, Index ignored, std::source_location where) {
  if (targets.abstract()) return;
  Index row = 0;
  for (const Index target : targets.to_vector<Index>()) {
    if (target != ignored && (target < 0 || target >= classes))
      throw IndexError(fmt::format("{}: the target of row {} is {}; it must be a class from 0 to {}, or the ignored index {}", who, row,
                                   target, classes - 1, ignored),
                       where);
    ++row;
  }
}

void require_equal_shapes(const char* who, const Tensor& x, const Tensor& y, std::source_location where) {
  if (x.shape() != y.shape())
    throw ShapeError(fmt::format("{}: the shapes {} and {} differ; they must be equal", who, to_string(x.shape()), to_string(y.shape())),
                     where);
}

void throw_targets(const char* who, const Tensor& targets, const Shape& logits, std::source_location where) {
  throw ShapeError(
      fmt::format("{}: targets are {} for logits {}; they must be {} (integer classes) or {} (soft)", who, to_string(abstract_of(targets)),
                  to_string(logits), to_string(logits.without(logits.rank() - 1)), to_string(logits)),
      where);
}

}  // namespace descent::inline v1::nn::detail
