#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <tuple>
#include <type_traits>
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

/// Where an operand's elements are along one row: contiguous, or one element repeated.
template <class Lanes, class In> class Row {
 public:
  using Element = typename Input<Lanes, In>::Element;
  using Value = typename Input<Lanes, In>::Value;

  struct Place {
    const Element* at;
    Index step;  // 1, or 0: repeated

    Value load(Index i) const { return step != 0 ? Value::load(at + i) : repeated(); }

   private:
    Value repeated() const {
      if constexpr (std::is_same_v<Value, typename Lanes::template Lane<Element>>) return Value(*at);
      else return Value::all(*at != 0);
    }
  };

  /// The elements from `offset` on.
  static Place place(const Operand& operand, Index offset, bool repeated) {
    return {static_cast<const Element*>(operand.data) + offset, repeated ? 0 : 1};
  }
  /// `count` elements from `begin` on, fewer than a Lane, as a copy: others write what follows them.
  Place copied(Place place, Index begin, Index count) {
    if (place.step == 0) return place;
    for (Index e = 0; e < count; ++e) buffer_[e] = place.at[begin + e];
    return {buffer_, 1};
  }

 private:
  alignas(64) Element buffer_[64 / sizeof(Element)];
};

/// out[e] = f(...) for n elements, the one function that there is of each f: its compilation is most of what the library costs to build.
/// One body (flatten), as a call inside the loop costs as much as the arithmetic of a cheap op.
template <class F, class Out, class... Place> [[gnu::flatten]] void map_row(const void* function, Out* out, Index n, Place... in) {
  const F f = *static_cast<const F*>(function);
  constexpr Index size = decltype(f(in.load(0)...))::size;
  static_assert(((decltype(in.load(0))::size == size) && ...), "map: operands and result must have as many elements a Lane");
  for (Index e = 0; e < n; e += size) {
    const auto result = f(in.load(e)...);
    if (e + size <= n) result.store(out + e);
    else result.store(out + e, n - e);
  }
}

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

/// The rows of one signature, whatever is computed.
template <class Lanes, class Out, class... In> class Map {
 public:
  using RowFunction = void (*)(const void* f, Out* out, Index n, typename Row<Lanes, In>::Place... in);

  Map(RowFunction row, const void* f, const Space& space, Out* out, const Operand* operands)
      : row_(row), f_(f), space_(space), out_(out), operands_(operands) {}

  void operator()(Index lo, Index hi) const { run(lo, hi, std::index_sequence_for<In...>{}); }

 private:
  static constexpr Index size = std::tuple_element_t<0, std::tuple<typename Row<Lanes, In>::Value...>>::size;

  template <std::size_t... i> void run(Index lo, Index hi, std::index_sequence<i...>) const {
    std::tuple<Row<Lanes, In>...> rows;
    Walk<Lanes, sizeof...(In)> walk(space_, operands_, lo);
    while (true) {
      const std::tuple in(Row<Lanes, In>::place(operands_[i], walk.offset(i), walk.repeated(i))...);
      const Index n = hi - lo < walk.left_in_row() ? hi - lo : walk.left_in_row();
      const bool shared_end = lo + n == hi && hi != space_.numel;  // what follows belongs to another thread
      const Index rest = shared_end ? n % size : 0;
      if (rest < n) row_(f_, out_ + lo, n - rest, std::get<i>(in)...);
      if (rest > 0) row_(f_, out_ + lo + n - rest, rest, std::get<i>(rows).copied(std::get<i>(in), n - rest, rest)...);
      lo += n;
      if (lo == hi) return;
      walk.next_row();
    }
  }

  RowFunction row_;
  const void* f_;
  const Space& space_;
  Out* out_;
  const Operand* operands_;
};

template <class Lanes, class Out, class... In, class F, std::size_t... i>
void map_with(const Space& space, Out* out, const Operand* operands, const F& f, std::index_sequence<i...>) {
  constexpr auto row = &map_row<F, Out, typename Row<Lanes, In>::Place...>;
  if (space.numel == 1) return row(&f, out, 1, Row<Lanes, In>::place(operands[i], 0, true)...);  // of operands only `data` is read
  if (space.rank == 1 && space.numel <= pointwise_grain)
    return row(&f, out, space.numel, Row<Lanes, In>::place(operands[i], 0, operands[i].strides[0] == 0)...);
  parallel_for(0, space.numel, pointwise_grain, Map<Lanes, Out, In...>(row, &f, space, out, operands));
}

}  // namespace pointwise

template <class Lanes, class Out, class... In, class F> void map(const Space& space, Out* out, const Operand* operands, F f) {
  pointwise::map_with<Lanes, Out, In...>(space, out, operands, f, std::index_sequence_for<In...>{});
}

}  // namespace descent::inline v1::kernels
