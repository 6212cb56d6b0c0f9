#pragma once

// descent: automatic differentiation, networks and gradient descent. What most programs need; the parts are headers of their own, and so
// are, in autodiff/transforms/: control.hpp, custom_jvp.hpp, gradient_flow.hpp, implicit.hpp, ode.hpp, sparse.hpp and to_cpp.hpp.

#include <descent/autodiff/base/version.hpp>
#include <descent/autodiff/compile/compile.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/tape.hpp>
#include <descent/autodiff/tensor/rng.hpp>
#include <descent/autodiff/transforms/checkpoint.hpp>
#include <descent/autodiff/transforms/cost_report.hpp>
#include <descent/autodiff/transforms/custom_vjp.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/autodiff/transforms/gradcheck.hpp>
#include <descent/autodiff/transforms/jacobian.hpp>
#include <descent/autodiff/transforms/jvp.hpp>
#include <descent/autodiff/transforms/vjp.hpp>
#include <descent/autodiff/transforms/vmap.hpp>
#include <descent/nn/nn.hpp>
#include <descent/optim/optim.hpp>
