/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: 211a7352d45cca2fbb489ba49f8cadef559ffeb7 */

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Platform_libraries, 0, 0, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Lockstep_Platform_kernel arginfo_class_Lockstep_Platform_libraries

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Platform_space, 0, 1, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, directory, IS_STRING, 0)
ZEND_END_ARG_INFO()


ZEND_METHOD(Lockstep_Platform, libraries);
ZEND_METHOD(Lockstep_Platform, kernel);
ZEND_METHOD(Lockstep_Platform, space);


static const zend_function_entry class_Lockstep_Platform_methods[] = {
	ZEND_ME(Lockstep_Platform, libraries, arginfo_class_Lockstep_Platform_libraries, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Platform, kernel, arginfo_class_Lockstep_Platform_kernel, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Platform, space, arginfo_class_Lockstep_Platform_space, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_FE_END
};

static zend_class_entry *register_class_Lockstep_Platform(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Lockstep", "Platform", class_Lockstep_Platform_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL;

	return class_entry;
}
