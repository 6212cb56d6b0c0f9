#pragma once

// Layers, losses and initialisers. A model is a plain struct of layers, or a Chain put together at run time.

#include <descent/nn/activation.hpp>
#include <descent/nn/chain.hpp>
#include <descent/nn/dropout.hpp>
#include <descent/nn/embedding.hpp>
#include <descent/nn/init.hpp>
#include <descent/nn/linear.hpp>
#include <descent/nn/loss.hpp>
#include <descent/nn/norm.hpp>
#include <descent/nn/summary.hpp>

namespace descent::inline v1::nn {
using tree::Shared;  ///< a layer that is held in several places: one leaf, one gradient, one update
}  // namespace descent::inline v1::nn
