output "did" {
  value = provider::c2d::did(11155111, "0x7358776DACe83a4b48E698645F32B043481daCBA")
}
