#include <descent/autodiff/compile/strips.hpp>

#include <algorithm>
#include <cstring>

#include <descent/autodiff/kernels/copy.hpp>
#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/autodiff/kernels/thread_buffer.hpp>

namespace descent::inline v1::compiling {
namespace {

using Place = StripProgram::Place;
using Does = StripProgram::Does;

/// One strip: `count` rows of `width` columns from row `first` on; or of a program in pieces, `count` elements and a width of 1.
class Strip {
 public:
  Strip(const StripProgram& program, std::span<std::byte* const> memory, std::byte* scratch, Index number)
      : program_(program), memory_(memory), scratch_(scratch), number_(number) {
    const Index all = program.by_rows ? program.rows : program.rows * program.columns;
    first_ = number * program.strip;
    count_ = std::min(program.strip, all - first_);
    width_ = program.by_rows ? program.columns : 1;
  }

  void run(const StripProgram::Instruction& what) const {
    switch (what.does) {
      case Does::map: return map(what);
      case Does::convert: return kernels::convert(what.from, at(what.in[0]), what.to, at(what.out), elements(what.out.form));
      case Does::fold_rows: return what.fold({count_, width_, 1}, at(what.in[0]), at(what.out));
      case Does::fold_all: return fold_block(what);
      case Does::store:
        std::memcpy(at(what.out), at(what.in[0]), static_cast<std::size_t>(elements(what.out.form)) * what.out.element);
        return;
    }
  }

 private:
  Index elements(Form form) const {
    return form == Form::full ? count_ * width_ : form == Form::row ? count_ : form == Form::one ? 1 : width_;
  }
  std::byte* at(const Place& place) const {
    if (place.scratch)
      return scratch_ + program_.slots[place.number] +
             (place.wide ? number_ % program_.per_block * program_.strip * static_cast<Index>(place.element) : 0);
    const Index before = place.form == Form::full ? first_ * width_ : place.form == Form::row ? first_ : 0;
    return memory_[place.number] + before * static_cast<Index>(place.element);
  }

  /// At the last strip of a block: folds all of it.
  void fold_block(const StripProgram::Instruction& what) const {
    const Index block = number_ / program_.per_block;
    if ((number_ + 1) % program_.per_block != 0 && number_ + 1 != program_.strips()) return;
    const Index before = first_ - block * program_.per_block * program_.strip;
    const auto element = static_cast<Index>(what.out.element);
    what.fold({1, before + count_, 1}, at(what.in[0]) - before * element, memory_[what.out.number] + block * element);
  }

  void map(const StripProgram::Instruction& what) const {
    kernels::Space space;
    kernels::Operand operands[kernels::max_operands];
    bool level = true;  // every operand has the result's form, or repeats one element
    for (std::size_t i = 0; i < what.arity; ++i) {
      operands[i].data = at(what.in[i]);
      level = level && (what.in[i].form == what.out.form || what.in[i].form == Form::one);
    }
    space.numel = elements(what.out.form);
    if (level) {
      space.sizes[0] = space.numel;
      for (std::size_t i = 0; i < what.arity; ++i) operands[i].strides[0] = what.in[i].form == Form::one ? 0 : 1;
    } else {
      space.rank = 2;
      space.sizes[0] = count_;
      space.sizes[1] = width_;
      for (std::size_t i = 0; i < what.arity; ++i) {
        const Form form = what.in[i].form;
        operands[i].strides[0] = form == Form::full ? width_ : form == Form::row ? 1 : 0;
        operands[i].strides[1] = form == Form::full || form == Form::column ? 1 : 0;
      }
    }
    what.map(what.params, space, at(what.out), operands);
  }

  const StripProgram& program_;
  std::span<std::byte* const> memory_;
  std::byte* scratch_;
  Index number_, first_, count_, width_;
};

}  // namespace

void StripProgram::run(std::span<std::byte* const> memory) const {
  constexpr Index kWork = Index{1} << 17;  // elements times instructions that are worth a thread
  const Index of_block = per_block * strip * (by_rows ? columns : 1) * static_cast<Index>(instructions.size());
  kernels::parallel_for(0, blocks(), std::max<Index>(kWork / of_block, 1), [&](Index lo, Index hi) {
    std::byte* const own = kernels::thread_buffer<std::byte, StripProgram>(static_cast<Index>(scratch));
    for (Index number = lo * per_block; number < std::min(hi * per_block, strips()); ++number) {
      const Strip strip_at_hand(*this, memory, own, number);
      for (const Instruction& what : instructions) strip_at_hand.run(what);
    }
  });
}

}  // namespace descent::inline v1::compiling
