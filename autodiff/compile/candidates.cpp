#include <descent/autodiff/compile/candidates.hpp>

#include <algorithm>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/row_rules.hpp>

namespace descent::inline v1::compiling {
namespace {

using Id = Graph::Id;
using Does = Candidate::Does;

constexpr Index kFew = 512;                     // elements
constexpr Index kFewProducts = Index{1} << 15;  // multiplications of a product that is no step by itself

class Classification {
 public:
  Classification(const Graph& graph, const std::vector<Source>& sources, std::size_t c)
      : graph_(graph), sources_(sources), call_(graph.calls[c]), candidate_{Does::map, c, call_.first_out, {}, 0} {}

  std::optional<Candidate> run() {
    if (call_.outputs != 1 || numel(call_.first_out) == 0 || call_.in.empty()) return std::nullopt;
    if (std::any_of(call_.in.begin(), call_.in.end(), [this](Id in) { return numel(in) == 0; })) return std::nullopt;
    const bool fits = call_.op->kind == Kind::pointwise ? pointwise()
                      : call_.op == &cast_op            ? conversion()
                      : call_.op->rows != nullptr       ? fold()
                      : call_.op == &matmul_op          ? product()
                                                        : false;
    if (!fits) return std::nullopt;
    Index most = std::max(candidate_.numel, numel(call_.first_out));
    for (const Id in : call_.in) most = std::max(most, numel(in));
    candidate_.few = most <= kFew;
    if (!candidate_.few && !candidate_.in_strips) return std::nullopt;
    return std::move(candidate_);
  }

 private:
  const Abstract& like(Id value) const { return graph_.values[value].like; }
  Index numel(Id value) const { return like(value).shape.numel(); }

  /// Adds an operand that lies in `shape`; not for strips, where the cuts do not agree.
  void add_operand(Id value, const Shape& shape) {
    const Source& source = sources_[value];
    const std::optional<Lie> lie = lie_of(source.as, shape);
    candidate_.in.push_back({source.base, source.as, lie ? lie->form : Form::full});
    if (!lie || (lie->cut.known() && candidate_.cut.known() && lie->cut != candidate_.cut)) candidate_.in_strips = false;
    else if (lie->cut.known()) candidate_.cut = lie->cut;
  }
  /// Adds one whose elements all lie there; false where it is a broadcast.
  bool add_whole(Id value) {
    candidate_.in.push_back({sources_[value].base, sources_[value].as, Form::full});
    return sources_[value].as.numel() == numel(value);
  }

  bool pointwise() {
    const PointwiseRules& rules = *call_.op->pointwise;
    std::vector<Abstract> likes;
    for (const Id in : call_.in) likes.push_back(like(in));
    const Dtype dtype = computed_in(rules, likes);
    candidate_.kernel = rules.value[static_cast<std::size_t>(dtype)];
    if (candidate_.kernel == nullptr) return false;
    for (std::size_t i = 0; i < likes.size(); ++i)
      if (likes[i].dtype != (i < static_cast<std::size_t>(rules.masks) ? boolean : dtype)) return false;
    const Shape& shape = like(call_.first_out).shape;
    candidate_.numel = shape.numel();
    candidate_.in_strips = true;
    for (const Id in : call_.in) add_operand(in, shape);
    return true;
  }

  bool conversion() {
    candidate_.does = Does::convert;
    candidate_.numel = numel(call_.first_out);
    candidate_.in_strips = true;
    return add_whole(call_.in[0]);
  }

  bool fold() {
    const Abstract& x = like(call_.in[0]);
    if (!is_floating(x.dtype) || x.dtype != like(call_.first_out).dtype) return false;
    const unsigned mask = call_.op->rows->axes(call_.params, x);
    if (!raw::reduces_in_place(mask)) return false;
    const kernels::Reduction form = candidate_.reduction = raw::reduction_of(x.shape, mask);
    candidate_.does = Does::fold;
    candidate_.numel = x.shape.numel();
    const bool f64_ = x.dtype == f64, reduces = call_.op->rows->reduces;
    candidate_.total = reduces && form.outer == 1 && form.inner == 1;
    candidate_.in_strips = candidate_.total ? call_.op->rows->add_up[f64_ ? 1 : 0] != nullptr : form.inner == 1;
    candidate_.form = candidate_.total ? Form::one : reduces ? Form::row : Form::full;
    if (!candidate_.total) candidate_.cut = {form.outer, form.n};
    return add_whole(call_.in[0]);
  }

  bool product() {
    const Shape &a = like(call_.in[0]).shape, &b = like(call_.in[1]).shape;
    const Dtype dtype = like(call_.first_out).dtype;
    candidate_.does = Does::multiply;
    candidate_.numel = numel(call_.first_out);
    const bool whole = add_whole(call_.in[0]) && add_whole(call_.in[1]);
    return whole && a.rank() == 2 && b.rank() == 2 && like(call_.in[0]).dtype == dtype && like(call_.in[1]).dtype == dtype &&
           a.numel() * b.numel() <= kFew * kFew && numel(call_.first_out) * a.numel() <= kFewProducts;
  }

  const Graph& graph_;
  const std::vector<Source>& sources_;
  const Graph::Call& call_;
  Candidate candidate_;
};

}  // namespace

std::optional<Candidate> candidate_of(const Graph& graph, const std::vector<Source>& sources, std::size_t c) {
  return Classification(graph, sources, c).run();
}

}  // namespace descent::inline v1::compiling
