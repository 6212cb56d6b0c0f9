#include <descent/autodiff/compile/assemble.hpp>

#include <algorithm>
#include <map>
#include <numeric>
#include <queue>

#include <descent/autodiff/kernels/constants.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/row_rules.hpp>

namespace descent::inline v1::compiling {
namespace {

using Id = Graph::Id;
using Does = Candidate::Does;
using Instruction = StripProgram::Instruction;

constexpr Index kStrip = 2048;       // bytes of a strip of a value, about: a dozen of them fit the first-level cache
constexpr Index kAligned = 64;       // elements after which the next strip may be read and written by another thread
constexpr std::size_t kBehind = 64;  // bytes: a kernel may read a whole Lane behind the last element

/// A value's bytes with what lies behind them.
std::size_t with_room_behind(std::size_t bytes) { return (bytes + 2 * kBehind - 1) / kBehind * kBehind; }

/// What the programs of both kinds are put together with.
class Assembly {
 public:
  Assembly(const Graph& graph, const Draft& draft, const std::vector<std::uint8_t>& needed)
      : graph_(graph), draft_(draft), needed_(needed) {
    for (std::size_t k = 0; k < draft.calls.size(); ++k)
      for (const Operand& in : draft.calls[k].in) last_read_[in.base] = k + 1;
    group_.small = draft.few;
    for (const Candidate& c : draft.calls) group_.calls.push_back(c.call);
  }

 protected:
  const Abstract& like(Id value) const { return graph_.values[value].like; }
  Index element(Id value) const { return size_of(like(value).dtype); }
  const Graph::Call& call_of(const Candidate& c) const { return graph_.calls[c.call]; }
  RowRules::Kernel fold_of(const Candidate& c) const { return call_of(c).op->rows->kernel[like(c.out).dtype == f64 ? 1 : 0]; }
  bool escapes(const Candidate& c) const { return needed_[c.out] != 0; }
  /// One more than the number of the last call of the group that reads the value; 0: none does.
  std::size_t last_read(Id value) const {
    const auto found = last_read_.find(value);
    return found == last_read_.end() ? 0 : found->second;
  }
  /// The number of a tensor in the group's memory; each `none` is one of its own.
  std::uint32_t number_of(Id tensor) {
    const auto [found, fresh] = tensor == Graph::none ? std::pair(numbers_.end(), true)
                                                      : numbers_.emplace(tensor, static_cast<std::uint32_t>(group_.memory.size()));
    if (!fresh) return found->second;
    group_.memory.push_back(tensor);
    return static_cast<std::uint32_t>(group_.memory.size() - 1);
  }

  const Graph& graph_;
  const Draft& draft_;
  const std::vector<std::uint8_t>& needed_;
  Group group_;

 private:
  std::map<Id, std::size_t> last_read_;
  std::map<Id, std::uint32_t> numbers_;
};

// ---- Strips

class StripAssembly : Assembly {
 public:
  using Assembly::Assembly;

  Group run() {
    cut_strips();
    for (std::size_t k = 0; k < draft_.calls.size(); ++k) add(k);
    std::size_t next = 0;
    for (const Piece& piece : pieces_) {
      group_.program.slots.push_back(next);
      next += with_room_behind(piece.bytes);
    }
    group_.program.scratch = next;
    return std::move(group_);
  }

 private:
  using Place = StripProgram::Place;
  struct Piece {
    std::size_t bytes;
    Form form;
    bool wide;
    Index element;
    std::size_t read_until;  ///< by calls before this number
  };

  void cut_strips() {
    StripProgram& program = group_.program;
    Index widest = 1;
    for (const Candidate& c : draft_.calls) widest = std::max(widest, element(c.out));
    const Index elements = kStrip / widest;
    program.by_rows = draft_.cut.known();
    if (!program.by_rows) {
      program.columns = draft_.numel;
      program.strip = elements;
      if (draft_.total)
        program.per_block = (*draft_.total == f64 ? kernels::reduce_block<double> : kernels::reduce_block<float>) / elements;
      return;
    }
    program.rows = draft_.cut.rows;
    program.columns = draft_.cut.columns;
    program.strip = std::max<Index>(elements / program.columns, 1);
    const Index step = kAligned / std::gcd(program.columns, kAligned);
    if (program.strip >= step) program.strip = program.strip / step * step;
  }

  Index elements_of_strip(Form form) const {
    return group_.program.strip * (form == Form::full && group_.program.by_rows ? group_.program.columns : 1);
  }
  /// Whether no two strips of values of this form share what a kernel reads or writes at once.
  bool aligned(Form form) const { return group_.program.strips() == 1 || elements_of_strip(form) % kAligned == 0; }

  void add(std::size_t k) {
    const Candidate& c = draft_.calls[k];
    const Dtype dtype = like(c.out).dtype;
    Instruction what{
        StripProgram::Does::map, static_cast<std::uint8_t>(c.in.size()), {}, {}, nullptr, call_of(c).params, nullptr, dtype, dtype};
    for (std::size_t i = 0; i < c.in.size(); ++i) what.in[i] = read(c.in[i]);
    if (c.does == Does::map) {
      what.map = c.kernel;
    } else if (c.does == Does::convert) {
      what.does = StripProgram::Does::convert;
      what.from = like(call_of(c).in[0]).dtype;
    } else {
      what.does = c.total ? StripProgram::Does::fold_all : StripProgram::Does::fold_rows;
      what.fold = fold_of(c);
    }
    if (c.total) {
      what.out = in_memory(Graph::none, c.out, Form::one);
      group_.totals.push_back({what.out.number, c.out, call_of(c).op->rows->add_up[dtype == f64 ? 1 : 0]});
      group_.program.instructions.push_back(what);
      return;
    }
    const std::size_t last = last_read(c.out);
    const bool through_scratch = !escapes(c) || (last != 0 && !aligned(c.form));
    what.out = through_scratch ? in_scratch(c, k, last) : in_memory(c.out, c.out, c.form);
    made_.emplace(c.out, what.out);
    group_.program.instructions.push_back(what);
    if (!escapes(c)) return;
    group_.results.push_back(c.out);
    if (through_scratch)
      group_.program.instructions.push_back(
          {StripProgram::Does::store, 1, in_memory(c.out, c.out, c.form), {what.out}, nullptr, nullptr, nullptr, dtype, dtype});
  }

  Place read(const Operand& in) {
    const auto found = made_.find(in.base);
    return found != made_.end() ? found->second : in_memory(in.base, in.base, in.form);
  }
  Place in_memory(Id tensor, Id like, Form form) {
    return {number_of(tensor), form, false, false, static_cast<std::uint8_t>(element(like))};
  }
  Place in_scratch(const Candidate& c, std::size_t k, std::size_t last) {
    const bool wide = std::any_of(draft_.calls.begin(), draft_.calls.end(),
                                  [&](const Candidate& other) { return other.total && other.in[0].base == c.out; });
    const Index size = element(c.out);
    // What is read for the last time here may be written over, by a kernel that goes through both at one pace. A wide piece is read again
    // when the block is full, so nothing else has it.
    const std::size_t free = c.does == Does::map ? k + 1 : k;
    auto piece = std::find_if(pieces_.begin(), pieces_.end(), [&](const Piece& p) {
      return !wide && !p.wide && p.form == c.form && p.element == size && p.read_until <= free;
    });
    if (piece == pieces_.end()) {
      const Index elements = elements_of_strip(c.form) * (wide ? group_.program.per_block : 1);
      piece = pieces_.insert(pieces_.end(), Piece{static_cast<std::size_t>(elements * size), c.form, wide, size, 0});
    }
    piece->read_until = std::max(last, k + 1);
    return {static_cast<std::uint32_t>(piece - pieces_.begin()), c.form, true, wide, static_cast<std::uint8_t>(size)};
  }

  std::map<Id, Place> made_;
  std::vector<Piece> pieces_;
};

// ---- Few elements

class FewAssembly : Assembly {
 public:
  using Assembly::Assembly;

  Group run() {
    for (std::size_t k = 0; k < draft_.calls.size(); ++k) add(k);
    group_.few.finish(size_);
    return std::move(group_);
  }

 private:
  using Place = SmallProgram::Place;
  struct Room {
    std::size_t read_until;  ///< by calls before this number
    std::size_t offset;
    friend bool operator<(const Room& a, const Room& b) { return a.read_until > b.read_until; }  // the one free first is on top
  };

  void add(std::size_t k) {
    const Candidate& c = draft_.calls[k];
    std::vector<Place> places{{}};
    for (const Operand& in : c.in) places.push_back(read(in));
    const std::size_t last = last_read(c.out);
    if (escapes(c)) {
      places[0] = {false, number_of(c.out)};
      group_.results.push_back(c.out);
    } else {
      places[0] = {true, room_for(c.out, k, last)};
    }
    made_.emplace(c.out, places[0]);
    switch (c.does) {
      case Does::map: {
        std::vector<Shape> operands;
        for (const Operand& in : c.in) operands.push_back(in.as);
        return group_.few.map(c.kernel, call_of(c).params, like(c.out).shape, places, operands);
      }
      case Does::convert: return group_.few.convert(like(call_of(c).in[0]).dtype, like(c.out).dtype, c.numel, {places[0], places[1]});
      case Does::fold: return group_.few.fold(fold_of(c), c.reduction, {places[0], places[1]});
      case Does::multiply: return group_.few.multiply(product_of(c), like(c.out).dtype, {places[0], places[1], places[2]});
    }
  }

  kernels::Product product_of(const Candidate& c) const {
    const auto& form = *static_cast<const MatmulForm*>(call_of(c).params);
    const Shape &a = like(call_of(c).in[0]).shape, &result = like(c.out).shape;
    return {
        .m = result[0], .n = result[1], .k = a[form.transpose_a ? 0 : 1], .transpose_a = form.transpose_a, .transpose_b = form.transpose_b};
  }

  Place read(const Operand& in) {
    const auto found = made_.find(in.base);
    return found != made_.end() ? found->second : Place{false, number_of(in.base)};
  }
  /// An offset in the program's own memory for a value of call k, in the place of one that no later call reads where there is one.
  std::size_t room_for(Id value, std::size_t k, std::size_t last) {
    const Index numel = like(value).shape.numel();
    const std::size_t bytes = numel == 1 ? sizeof(double) : with_room_behind(static_cast<std::size_t>(numel * element(value)));
    std::priority_queue<Room>& rooms = rooms_[bytes];
    Room room{0, size_};
    if (!rooms.empty() && rooms.top().read_until <= k) {
      room = rooms.top();
      rooms.pop();
    } else {
      size_ += bytes;
    }
    room.read_until = std::max(last, k + 1);
    rooms.push(room);
    return room.offset;
  }

  std::map<Id, Place> made_;
  std::map<std::size_t, std::priority_queue<Room>> rooms_;  // by bytes
  std::size_t size_ = 0;
};

}  // namespace

Group assembled(const Graph& graph, const Draft& draft, const std::vector<std::uint8_t>& needed) {
  return draft.few ? FewAssembly(graph, draft, needed).run() : StripAssembly(graph, draft, needed).run();
}

}  // namespace descent::inline v1::compiling
