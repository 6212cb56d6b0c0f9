#include <algorithm>
#include <numeric>
#include <optional>

#include <descent/autodiff/compile/plan.hpp>
#include <descent/autodiff/compile/sources.hpp>
#include <descent/autodiff/kernels/constants.hpp>
#include <descent/autodiff/ops/ops.hpp>

namespace descent::inline v1::compiling {
namespace {

using Id = Graph::Id;
using Does = StripProgram::Does;
using Instruction = StripProgram::Instruction;
using Place = StripProgram::Place;

constexpr Index kStrip = 2048;     // bytes of a strip of a value, about: a dozen of them fit the first-level cache
constexpr Index kAligned = 64;     // elements after which the next strip may be read and written by another thread
constexpr Index kTogether = 4096;  // groups of fewer elements take in calls that share nothing with them: a step costs more

struct Operand {
  Id base;
  Form form;
};

/// A call that may join a group: what it does there, and what it asks of the group.
struct Candidate {
  std::size_t call;
  Does does;
  Index numel;  ///< of the domain
  Cut cut;      ///< that it asks for
  Id out;
  Form form;  ///< of the result
  std::vector<Operand> in;
};

/// A group that is being put together.
struct Draft {
  Index numel;
  Cut cut;
  std::optional<Dtype> total;  ///< it has sums of all elements, in this dtype: strips are its blocks
  std::vector<Candidate> calls;

  const Candidate* maker_of(Id value) const {
    const auto found = std::find_if(calls.begin(), calls.end(), [&](const Candidate& c) { return c.out == value; });
    return found == calls.end() ? nullptr : &*found;
  }
  bool shares(const Candidate& next) const {
    const auto reads = [&](Id value) {
      return std::any_of(calls.begin(), calls.end(), [&](const Candidate& c) {
        return std::any_of(c.in.begin(), c.in.end(), [&](const Operand& o) { return o.base == value && o.form != Form::one; });
      });
    };
    return std::any_of(next.in.begin(), next.in.end(), [&](const Operand& o) { return maker_of(o.base) != nullptr || reads(o.base); });
  }
};

class Fusion {
 public:
  explicit Fusion(const Graph& graph) : graph_(graph), sources_(sources_of(graph)), step_of_(graph.values.size(), 0) {}

  Plan run() {
    for (std::size_t c = 0; c < graph_.calls.size(); ++c) {
      std::optional<Candidate> candidate = candidate_of(c);
      if (candidate) place(std::move(*candidate));
      else add_call(c);
    }
    find_needed();
    Plan plan;
    for (const Slot& slot : slots_) {
      if (slot.dead) continue;
      plan.steps.push_back({slot.grouped, slot.grouped ? plan.groups.size() : slot.number, {}});
      if (slot.grouped) plan.groups.push_back(finished(drafts_[slot.number]));
    }
    mark_last_reads(plan);
    return plan;
  }

 private:
  struct Slot {
    bool grouped;
    std::size_t number;
    bool dead = false;
  };

  const Abstract& like(Id value) const { return graph_.values[value].like; }
  Index numel(Id value) const { return like(value).shape.numel(); }

  // ---- What may be fused

  std::optional<Candidate> candidate_of(std::size_t c) const {
    const Graph::Call& call = graph_.calls[c];
    if (call.outputs != 1 || numel(call.first_out) == 0 || call.in.empty()) return std::nullopt;
    if (call.op->kind == Kind::pointwise) return pointwise(c);
    if (call.op == &cast_op) return conversion(c);
    if (call.op->rows != nullptr) return of_rows(c);
    return std::nullopt;
  }

  /// Adds an operand that lies in `shape`; false where the cuts do not agree.
  bool add_operand(Candidate& candidate, Id value, const Shape& shape) const {
    const Source& source = sources_[value];
    const std::optional<Lie> lie = lie_of(source.as, shape);
    if (!lie || (lie->cut.known() && candidate.cut.known() && lie->cut != candidate.cut)) return false;
    if (lie->cut.known()) candidate.cut = lie->cut;
    candidate.in.push_back({source.base, lie->form});
    return true;
  }

  std::optional<Candidate> pointwise(std::size_t c) const {
    const Graph::Call& call = graph_.calls[c];
    const PointwiseRules& rules = *call.op->pointwise;
    std::vector<Abstract> likes;
    for (const Id in : call.in) likes.push_back(like(in));
    const Dtype dtype = computed_in(rules, likes);
    if (rules.value[static_cast<std::size_t>(dtype)] == nullptr) return std::nullopt;
    for (std::size_t i = 0; i < likes.size(); ++i)
      if (likes[i].dtype != (i < static_cast<std::size_t>(rules.masks) ? boolean : dtype)) return std::nullopt;
    const Shape& shape = like(call.first_out).shape;
    Candidate candidate{c, Does::map, shape.numel(), {}, call.first_out, Form::full, {}};
    for (const Id in : call.in)
      if (!add_operand(candidate, in, shape)) return std::nullopt;
    return candidate;
  }

  std::optional<Candidate> conversion(std::size_t c) const {
    const Graph::Call& call = graph_.calls[c];
    Candidate candidate{c, Does::convert, numel(call.first_out), {}, call.first_out, Form::full, {}};
    if (!add_operand(candidate, call.in[0], like(call.first_out).shape) || candidate.in[0].form != Form::full) return std::nullopt;
    return candidate;
  }

  std::optional<Candidate> of_rows(std::size_t c) const {
    const Graph::Call& call = graph_.calls[c];
    const Abstract& x = like(call.in[0]);
    if (!is_floating(x.dtype) || x.dtype != like(call.first_out).dtype) return std::nullopt;
    const unsigned mask = call.op->rows->axes(call.params, x);
    int trailing = 0;
    Index columns = 1;
    while (trailing < x.shape.rank() && (mask >> (x.shape.rank() - 1 - trailing) & 1U) != 0) columns *= x.shape.back(trailing++);
    if (trailing == 0 || mask >> (x.shape.rank() - trailing) != ((1U << trailing) - 1U) ||
        (mask & ((1U << (x.shape.rank() - trailing)) - 1U)) != 0)
      return std::nullopt;
    if (x.shape.numel() == 0) return std::nullopt;
    const Index rows = x.shape.numel() / columns;
    const bool total = rows == 1 && call.op->rows->reduces;
    if (total && call.op->rows->add_up[x.dtype == f64 ? 1 : 0] == nullptr) return std::nullopt;
    Candidate candidate{c,
                        total ? Does::fold_all : Does::fold_rows,
                        x.shape.numel(),
                        {},
                        call.first_out,
                        total                    ? Form::one
                        : call.op->rows->reduces ? Form::row
                                                 : Form::full,
                        {}};
    if (!total) candidate.cut = {rows, columns};
    if (!add_operand(candidate, call.in[0], x.shape) || candidate.in[0].form != Form::full) return std::nullopt;
    return candidate;
  }

  // ---- Into which step

  /// The first step that all of a call's operands are there in.
  std::size_t bound(const Candidate& next) const {
    std::size_t latest = 0;
    for (const Operand& in : next.in) latest = std::max(latest, step_of_[in.base]);
    return latest;
  }

  void place(Candidate next) {
    for (std::size_t step = bound(next); step < slots_.size(); ++step) {
      if (!slots_[step].grouped) continue;
      Draft& draft = drafts_[slots_[step].number];
      std::optional<Candidate> fitted = fitting(draft, next);
      if (!fitted || !(draft.numel < kTogether || draft.shares(next))) continue;
      step_of_[next.out] = step;
      return join(draft, std::move(*fitted));
    }
    step_of_[next.out] = slots_.size();
    slots_.push_back({true, drafts_.size()});
    drafts_.push_back({next.numel, {}, {}, {}});
    join(drafts_.back(), std::move(next));
  }

  /// The call as a member of this group; none where it is none.
  std::optional<Candidate> fitting(const Draft& draft, Candidate next) const {
    const bool of_one_row_each = draft.cut.known() && next.numel == draft.cut.rows && next.numel != draft.numel;
    if (of_one_row_each) {  // a value for each row, made of such values
      if (next.does == Does::fold_rows || next.does == Does::fold_all || next.cut.known()) return std::nullopt;
      next.form = Form::row;
      for (Operand& in : next.in)
        if (in.form == Form::full) in.form = Form::row;
    } else {
      if (next.numel != draft.numel) return std::nullopt;
      if (next.cut.known() && (draft.total || (draft.cut.known() && next.cut != draft.cut))) return std::nullopt;
      if (next.does == Does::fold_all) {
        const Dtype dtype = like(next.out).dtype;
        if (draft.cut.known() || (draft.total && *draft.total != dtype)) return std::nullopt;
      }
    }
    for (const Operand& in : next.in) {
      const Candidate* maker = draft.maker_of(in.base);
      if (maker != nullptr && (maker->does == Does::fold_all || maker->form != in.form)) return std::nullopt;
    }
    return next;
  }

  void join(Draft& draft, Candidate next) {
    if (next.cut.known()) draft.cut = next.cut;
    if (next.does == Does::fold_all) draft.total = like(next.out).dtype;
    draft.calls.push_back(std::move(next));
  }

  void add_call(std::size_t c) {
    const Graph::Call& call = graph_.calls[c];
    for (std::uint32_t k = 0; k < call.outputs; ++k) step_of_[call.first_out + k] = slots_.size() + 1;  // a group may only come after it
    slots_.push_back({false, c});
  }

  // ---- What of it is needed

  void find_needed() {
    needed_.assign(graph_.values.size(), 0);
    for (const Id out : graph_.outputs)
      if (out != Graph::none) needed_[out] = 1;
    for (auto slot = slots_.rbegin(); slot != slots_.rend(); ++slot) {
      if (slot->grouped) {
        Draft& draft = drafts_[slot->number];
        leave_out_unread(draft);
        slot->dead = draft.calls.empty();
        for (const Candidate& c : draft.calls)
          for (const Operand& in : c.in)
            if (draft.maker_of(in.base) == nullptr) needed_[in.base] = 1;
      } else {
        const Graph::Call& call = graph_.calls[slot->number];
        const auto first = needed_.begin() + call.first_out;
        slot->dead = std::find(first, first + call.outputs, 1) == first + call.outputs;
        if (!slot->dead)
          for (const Id in : call.in) needed_[in] = 1;
      }
    }
  }
  void leave_out_unread(Draft& draft) const {
    for (std::size_t k = draft.calls.size(); k-- > 0;) {
      const Id out = draft.calls[k].out;
      if (needed_[out] == 0 && last_read(draft, out) == 0) draft.calls.erase(draft.calls.begin() + static_cast<std::ptrdiff_t>(k));
    }
  }
  /// One more than the number of the last call of the group that reads the value; 0: none does.
  static std::size_t last_read(const Draft& draft, Id value) {
    for (std::size_t k = draft.calls.size(); k-- > 0;)
      for (const Operand& in : draft.calls[k].in)
        if (in.base == value) return k + 1;
    return 0;
  }

  // ---- The program of a group

  void cut_strips(const Draft& draft, StripProgram& program) const {
    Index widest = 1;
    for (const Candidate& c : draft.calls) widest = std::max(widest, size_of(like(c.out).dtype));
    const Index elements = kStrip / widest;
    program.by_rows = draft.cut.known();
    if (!program.by_rows) {
      program.columns = draft.numel;
      program.strip = elements;
      if (draft.total) program.per_block = (*draft.total == f64 ? kernels::reduce_block<double> : kernels::reduce_block<float>) / elements;
      return;
    }
    program.rows = draft.cut.rows;
    program.columns = draft.cut.columns;
    program.strip = std::max<Index>(elements / program.columns, 1);
    const Index step = kAligned / std::gcd(program.columns, kAligned);
    if (program.strip >= step) program.strip = program.strip / step * step;
  }

  /// Whether no two strips of values of this form share what a kernel reads or writes at once.
  static bool aligned(const StripProgram& program, Form form) {
    const Index elements = program.strip * (form == Form::full && program.by_rows ? program.columns : 1);
    return program.strips() == 1 || elements % kAligned == 0;
  }

  Group finished(const Draft& draft) const {
    Group group;
    cut_strips(draft, group.program);
    Assembly assembly{*this, draft, group, {}, {}};
    for (std::size_t k = 0; k < draft.calls.size(); ++k) assembly.add(k);
    assembly.lay_out();
    return group;
  }

  /// Turns the calls of a draft into instructions, and finds room for what they make.
  struct Assembly {
    const Fusion& fusion;
    const Draft& draft;
    Group& group;
    std::vector<std::pair<Id, Place>> made;
    struct Piece {
      std::size_t bytes;
      Form form;
      bool wide;
      Index element;
      std::size_t read_until;  ///< by calls before this number
    };
    std::vector<Piece> pieces;

    void add(std::size_t k) {
      const Candidate& c = draft.calls[k];
      const Graph::Call& call = fusion.graph_.calls[c.call];
      group.calls.push_back(c.call);
      const Dtype dtype = fusion.like(c.out).dtype;
      Instruction what{c.does, static_cast<std::uint8_t>(c.in.size()), {}, {}, nullptr, call.params, nullptr, dtype, dtype};
      for (std::size_t i = 0; i < c.in.size(); ++i) what.in[i] = read(c.in[i]);
      if (c.does == Does::map) {
        std::vector<Abstract> likes;
        for (const Id in : call.in) likes.push_back(fusion.like(in));
        what.map = call.op->pointwise->value[static_cast<std::size_t>(computed_in(*call.op->pointwise, likes))];
      } else if (c.does == Does::convert) {
        what.from = fusion.like(call.in[0]).dtype;
      } else {
        what.fold = call.op->rows->kernel[dtype == f64 ? 1 : 0];
      }
      if (c.does == Does::fold_all) {
        what.out = in_memory(Graph::none, c.out, Form::one);
        group.totals.push_back({what.out.number, c.out, call.op->rows->add_up[dtype == f64 ? 1 : 0]});
        group.program.instructions.push_back(what);
        return;
      }
      const std::size_t last = last_read(draft, c.out);
      const bool escapes = fusion.needed_[c.out] != 0;
      const bool through_scratch = !escapes || (last != 0 && !aligned(group.program, c.form));
      what.out = through_scratch ? in_scratch(c, k, last) : in_memory(c.out, c.out, c.form);
      made.emplace_back(c.out, what.out);
      group.program.instructions.push_back(what);
      if (escapes) group.results.push_back(c.out);
      if (escapes && through_scratch) {
        Instruction store{Does::store, 1, in_memory(c.out, c.out, c.form), {what.out}, nullptr, nullptr, nullptr, dtype, dtype};
        group.program.instructions.push_back(store);
      }
    }

    void lay_out() {
      std::size_t next = 0;
      for (const Piece& piece : pieces) {
        group.program.slots.push_back(next);
        next += (piece.bytes + 2 * 64 + 63) / 64 * 64;  // a whole Lane may be read behind it
      }
      group.program.scratch = next;
    }

   private:
    Place read(const Operand& in) {
      for (const auto& [value, place] : made)
        if (value == in.base) return place;
      return in_memory(in.base, in.base, in.form);
    }
    Place in_memory(Id tensor, Id like, Form form) {
      const auto element = static_cast<std::uint8_t>(size_of(fusion.like(like).dtype));
      auto found = tensor == Graph::none ? group.memory.end() : std::find(group.memory.begin(), group.memory.end(), tensor);
      const auto number = static_cast<std::uint32_t>(found - group.memory.begin());
      if (found == group.memory.end()) group.memory.push_back(tensor);
      return {number, form, false, false, element};
    }
    Place in_scratch(const Candidate& c, std::size_t k, std::size_t last) {
      const StripProgram& program = group.program;
      const bool wide = std::any_of(draft.calls.begin(), draft.calls.end(),
                                    [&](const Candidate& other) { return other.does == Does::fold_all && other.in[0].base == c.out; });
      const Index of_strip = c.form == Form::row ? program.strip : program.strip * (program.by_rows ? program.columns : 1);
      const Index elements = of_strip * (wide ? program.per_block : 1);
      const Index element = size_of(fusion.like(c.out).dtype);
      const auto bytes = static_cast<std::size_t>(elements * element);
      // What is read for the last time here may be written over, by a kernel that goes through both at one pace.
      const std::size_t free = c.does == Does::map ? k + 1 : k;
      auto piece = std::find_if(pieces.begin(), pieces.end(), [&](const Piece& p) {
        return p.form == c.form && p.wide == wide && p.element == element && p.read_until <= free;
      });
      if (piece == pieces.end()) piece = pieces.insert(pieces.end(), Piece{bytes, c.form, wide, element, 0});
      piece->read_until = std::max(last, k + 1);
      return {static_cast<std::uint32_t>(piece - pieces.begin()), c.form, true, wide, static_cast<std::uint8_t>(element)};
    }
  };

  void mark_last_reads(Plan& plan) const {
    std::vector<std::uint8_t> later(graph_.values.size());
    for (Id id = 0; id < later.size(); ++id) later[id] = id < graph_.inputs || graph_.values[id].constant.present();
    for (const Id out : graph_.outputs)
      if (out != Graph::none) later[out] = 1;
    for (auto step = plan.steps.rbegin(); step != plan.steps.rend(); ++step) {
      const auto mark = [&](Id id) {
        if (id == Graph::none || later[id] != 0) return;
        later[id] = 1;
        step->last_reads.push_back(id);
      };
      if (step->grouped) std::for_each(plan.groups[step->number].memory.begin(), plan.groups[step->number].memory.end(), mark);
      else std::for_each(graph_.calls[step->number].in.begin(), graph_.calls[step->number].in.end(), mark);
    }
  }

  const Graph& graph_;
  const std::vector<Source> sources_;
  std::vector<Slot> slots_;
  std::vector<Draft> drafts_;
  std::vector<std::size_t> step_of_;  // by value: the first step in which it may be read; of a group's, that group
  std::vector<std::uint8_t> needed_;  // by value: outside the group that makes it
};

}  // namespace

Plan fuse(const Graph& graph) { return Fusion(graph).run(); }

}  // namespace descent::inline v1::compiling
