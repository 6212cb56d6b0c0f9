#pragma once

// descent: automatic differentiation, networks and gradient descent. Everything a program needs; the parts are headers of their own.

#include <descent/autodiff/base/version.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/tape.hpp>
#include <descent/autodiff/tensor/rng.hpp>
#include <descent/autodiff/transforms/checkpoint.hpp>
#include <descent/autodiff/transforms/control.hpp>
#include <descent/autodiff/transforms/cost_report.hpp>
#include <descent/autodiff/transforms/custom_jvp.hpp>
#include <descent/autodiff/transforms/custom_vjp.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/autodiff/transforms/gradcheck.hpp>
#include <descent/autodiff/transforms/implicit.hpp>
#include <descent/autodiff/transforms/jacobian.hpp>
#include <descent/autodiff/transforms/jvp.hpp>
#include <descent/autodiff/transforms/vjp.hpp>
#include <descent/autodiff/transforms/vmap.hpp>
#include <descent/nn/nn.hpp>
#include <descent/optim/optim.hpp>
