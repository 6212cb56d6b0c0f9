#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <tuple>
#include <utility>

#include <descent/autodiff/base/shape.hpp>
#include <descent/autodiff/kernels/constants.hpp>
#include <descent/autodiff/kernels/lane.hpp>
#include <descent/autodiff/kernels/parallel.hpp>

/// Element-wise loops over broadcast operands.
namespace descent::inline v1::kernels {

/// What a loop runs over: the axes of its output after those that can be merged were merged; at least one.
struct Space {
  std::array<Index, max_rank> sizes{1};
  int rank = 1;
  Index numel = 1;
};

/// One input of a loop: where it begins and how far, in elements, a step along each axis of the Space goes; 0 where it
/// is broadcast. Along the last axis the step is 1 or 0.
/// requires: an operand of more than one element has 64 readable bytes after its last one
struct Operand {
  const void* data;
  std::array<Index, max_rank> strides;
};

inline constexpr std::size_t max_operands = 4;  ///< of a loop: a cotangent and three inputs

/// Sets the space of a loop over `out`, and the strides of operands[i], which is contiguous with shapes[i], and leaves its
/// data alone. requires: at most max_operands shapes, each of which broadcasts to `out`
void collapse(const Shape& out, std::span<const Shape* const> shapes, Space& space, Operand* operands);

/// In `map`'s list of inputs: a bool operand that `f` takes as Mask<T>.
template <class T> struct MaskOf {};

/// out[i] = f(operands[0][i], ...) for every element i of the space, in parallel.
///
/// In     the element type of each operand, or MaskOf<T> for bytes that are taken as Mask<T>
/// f      takes a Lane (or Mask) for each and gives a Lane<Out>, or a Mask when Out is std::uint8_t; all of one length.
///        It sees whole Lanes: past the end of a row they hold other numbers, whose results are dropped.
/// out    contiguous; it may be an operand that has the space's shape and Out's size
template <class Lanes, class Out, class... In, class F> void map(const Space& space, Out* out, const Operand* operands, F f);

// ---------------------------------------------------------------------------------------------------------------------
// All of it depends on Lanes, also where it need not: code made with different compiler flags stays apart.

namespace pointwise {

template <class Lanes, class In> struct Input {
  using Element = In;
  using Value = typename Lanes::template Lane<In>;
};
template <class Lanes, class T> struct Input<Lanes, MaskOf<T>> {
  using Element = std::uint8_t;
  using Value = typename Lanes::template Mask<T>;
};

/// One operand along one row: contiguous, or one element repeated.
template <class Lanes, class In> class Row {
 public:
  using Element = typename Input<Lanes, In>::Element;
  using Value = typename Input<Lanes, In>::Value;

  void start(const void* data, Index offset, bool repeated) {
    at_ = static_cast<const Element*>(data) + offset;
    step_ = repeated ? 0 : 1;
    if (!repeated) return;
    typename Lanes::template Lane<Element>(*at_).store(buffer_);
    at_ = buffer_;
  }

  /// The elements from i on. `only`, unless 0, is how many to read, as others write what follows.
  Value load(Index i, Index only) {
    if (only == 0 || step_ == 0) return Value::load(at_ + i * step_);
    for (Index e = 0; e < only; ++e) buffer_[e] = at_[i + e];
    return Value::load(buffer_);
  }

 private:
  const Element* at_;
  Index step_;
  alignas(64) Element buffer_[64 / sizeof(Element)];
};

/// The rows of a chunk: the position along the outer axes and the offset of each operand there.
template <class Lanes, std::size_t count> class Walk {
 public:
  Walk(const Space& space, const Operand* operands, Index first) : space_(space), operands_(operands) {
    for (int axis = space.rank - 1; axis >= 0; --axis) {
      const auto a = static_cast<std::size_t>(axis);
      at_[a] = axis == 0 ? first : first % space.sizes[a];
      first /= axis == 0 ? 1 : space.sizes[a];
      for (std::size_t i = 0; i < count; ++i) offsets_[i] += at_[a] * operands[i].strides[a];
    }
  }
  Index left_in_row() const { return inner() - at_[last()]; }
  Index offset(std::size_t operand) const { return offsets_[operand]; }
  bool repeated(std::size_t operand) const { return operands_[operand].strides[last()] == 0; }

  void next_row() {
    for (std::size_t i = 0; i < count; ++i) offsets_[i] -= at_[last()] * operands_[i].strides[last()];
    at_[last()] = 0;
    for (std::size_t a = last(); a-- > 0;) {
      const bool wraps = ++at_[a] == space_.sizes[a] && a != 0;
      const Index back = wraps ? space_.sizes[a] - 1 : -1;
      for (std::size_t i = 0; i < count; ++i) offsets_[i] -= back * operands_[i].strides[a];
      if (!wraps) return;
      at_[a] = 0;
    }
  }

 private:
  std::size_t last() const { return static_cast<std::size_t>(space_.rank - 1); }
  Index inner() const { return space_.sizes[last()]; }

  const Space& space_;
  const Operand* operands_;
  std::array<Index, max_rank> at_{};
  std::array<Index, count> offsets_{};
};

/// One body (flatten): a call inside the loop costs as much as the arithmetic of a cheap op, as Lanes go through memory.
template <class Lanes, class Out, class... In, class F, std::size_t... i>
[[gnu::flatten]] void map_chunk(const Space& space, Out* out, const Operand* operands, Index lo, Index hi, F& f,
                                std::index_sequence<i...>) {
  using Result = decltype(f(std::declval<const typename Row<Lanes, In>::Value&>()...));
  static_assert(((Row<Lanes, In>::Value::size == Result::size) && ...), "map: operands and result must have as many elements a Lane");
  std::tuple<Row<Lanes, In>...> rows;
  Walk<Lanes, sizeof...(In)> walk(space, operands, lo);
  while (true) {
    (std::get<i>(rows).start(operands[i].data, walk.offset(i), walk.repeated(i)), ...);
    const Index n = hi - lo < walk.left_in_row() ? hi - lo : walk.left_in_row();
    const bool shared_end = lo + n == hi && hi != space.numel;  // what follows belongs to another thread
    const Index whole = n / Result::size * Result::size;
    for (Index e = 0; e < whole; e += Result::size) f(std::get<i>(rows).load(e, 0)...).store(out + lo + e);
    if (whole < n) f(std::get<i>(rows).load(whole, shared_end ? n - whole : 0)...).store(out + lo + whole, n - whole);
    lo += n;
    if (lo == hi) return;
    walk.next_row();
  }
}

template <class Lanes, class In> typename Input<Lanes, In>::Value one_element(const void* data) {
  using Element = typename Input<Lanes, In>::Element;
  const typename Lanes::template Lane<Element> repeated(*static_cast<const Element*>(data));
  if constexpr (std::is_same_v<typename Input<Lanes, In>::Value, typename Lanes::template Lane<Element>>) {
    return repeated;
  } else {
    alignas(64) Element buffer[64 / sizeof(Element)];
    repeated.store(buffer);
    return Input<Lanes, In>::Value::load(buffer);
  }
}

/// A loop over one element, of which only the operands' `data` is read.
template <class Lanes, class Out, class... In, class F, std::size_t... i>
void map_one(Out* out, const Operand* operands, F& f, std::index_sequence<i...>) {
  f(one_element<Lanes, In>(operands[i].data)...).store(out, 1);
}

}  // namespace pointwise

template <class Lanes, class Out, class... In, class F> void map(const Space& space, Out* out, const Operand* operands, F f) {
  if (space.numel == 1) return pointwise::map_one<Lanes, Out, In...>(out, operands, f, std::index_sequence_for<In...>{});
  parallel_for(0, space.numel, pointwise_grain, [&](Index lo, Index hi) {
    pointwise::map_chunk<Lanes, Out, In...>(space, out, operands, lo, hi, f, std::index_sequence_for<In...>{});
  });
}

}  // namespace descent::inline v1::kernels
