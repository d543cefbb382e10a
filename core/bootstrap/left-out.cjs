// Stands in for parts of dockerode that nothing here uses (see tsx.mjs): building images with BuildKit, and engines by SSH.
module.exports = () => {
  throw new Error('This part of dockerode is left out: see core/bootstrap/tsx.mjs.')
}
