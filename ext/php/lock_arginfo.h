/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: bbba7114c653cfb454a823bffa17f9eccdfccf6a */

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Lockstep_Lock___construct, 0, 0, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Lockstep_Lock_acquire, 0, 1, Lockstep\\Lock, 0)
	ZEND_ARG_TYPE_INFO(0, root, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Lock_release, 0, 0, IS_VOID, 0)
ZEND_END_ARG_INFO()


ZEND_METHOD(Lockstep_Lock, __construct);
ZEND_METHOD(Lockstep_Lock, acquire);
ZEND_METHOD(Lockstep_Lock, release);


static const zend_function_entry class_Lockstep_Lock_methods[] = {
	ZEND_ME(Lockstep_Lock, __construct, arginfo_class_Lockstep_Lock___construct, ZEND_ACC_PRIVATE)
	ZEND_ME(Lockstep_Lock, acquire, arginfo_class_Lockstep_Lock_acquire, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Lock, release, arginfo_class_Lockstep_Lock_release, ZEND_ACC_PUBLIC)
	ZEND_FE_END
};

static zend_class_entry *register_class_Lockstep_Lock(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Lockstep", "Lock", class_Lockstep_Lock_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	return class_entry;
}
