// one_hot: a function of integers, so without derivative.
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/copy.hpp>
#include <descent/autodiff/ops/indices.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct OneHot : General<OneHot> {
  static constexpr std::string_view name = "one_hot";
  static constexpr auto batch = in_front();
  static constexpr bool differentiable = false;
  struct Params {
    Index count = 1;
    Dtype dtype = f32;
  };
  static Shape shape(const Params& p, const Shape& index) {
    if (p.count < 0) throw ValueError("one_hot: " + std::to_string(p.count) + " classes; the count must be 0 or more");
    return index.inserted(index.rank(), p.count);
  }
  static Dtype dtype(const Params& p, Dtype index) { return raw::check_index_dtype("one_hot", index), p.dtype; }
  static Tensor forward(const Params& p, const Tensor& index) {
    const Shape result_shape = shape(p, index.shape());
    const Tensor classes = raw::positions("one_hot", index);
    const auto* cls = raw::read<std::int64_t>(classes);
    for (Index i = 0; i < classes.numel(); ++i)
      if (cls[i] < 0 || cls[i] >= p.count)
        throw IndexError("one_hot: class " + std::to_string(cls[i]) + " at position " + std::to_string(i) + "; it must lie in [0, " +
                         std::to_string(p.count) + ")");
    Tensor result = zeros(result_shape, p.dtype);
    raw::visit_stored(p.dtype, [&](auto tag) {
      using T = typename decltype(tag)::type;
      for (Index i = 0; i < classes.numel(); ++i) raw::write<T>(result)[i * p.count + cls[i]] = T{1};
    });
    return result;
  }
  static Samples samples() {
    return {with(Params{3, f64}, {indices({4}, {0, 2, 1, 2})}), with(Params{2, f32}, {indices({2, 1}, {1, 0})}),
            with(Params{3, i64}, {indices({}, {1})})};
  }
};

}  // namespace

constinit const Op one_hot_op = make_op<OneHot>();
Tensor one_hot(Arg index, Index count, Dtype dtype) { return bind(one_hot_op, OneHot::Params{count, dtype}, std::move(index)); }

}  // namespace descent::inline v1
