output "checksum" {
  value = provider::c2d::container_checksum(
    "python3 $ALGO",
    "sha256:8221d20c1c16491d7d56b9657ea09082c0ee4a8ab1a6621fa720da58b09580e4",
  )
}
