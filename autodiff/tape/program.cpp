#include <descent/autodiff/tape/program.hpp>

#include <descent/autodiff/tape/graph.hpp>

namespace descent::inline v1 {

Program::Program(const Function& f, std::span<const Tensor> in) : traced_(std::make_unique<Traced>(trace(f, in))) {}
Program::~Program() = default;

const Program::Leaves& Program::captured() const { return traced_->captured; }
Program::Leaves Program::take_results() { return std::move(traced_->results); }
Program::Leaves Program::operator()(std::span<const Tensor> in) const { return traced_->graph.run(in, traced_->uses); }

}  // namespace descent::inline v1
